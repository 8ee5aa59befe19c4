package progress

import (
	"fmt"
	"strings"

	"bpcopy/internal/side"
	"bpcopy/internal/units"
)

// Plain returns s as one line for logs and scripts, without a line end. A field
// is left out if its value is not known.
func Plain(s Snapshot) string {
	fields := []string{"bpcopy:"}
	if name := sanitize(s.Name, s.UTF8); name != "" {
		fields = append(fields, name)
	}
	if s.sized() {
		fields = append(fields, fmt.Sprintf("%d%%", s.percent()))
	}
	fields = append(fields, units.Size(s.Written).Compact())
	if s.Stalled > 0 {
		fields = append(fields, "stalled="+plainStall(s))
	} else {
		fields = append(fields, s.Rate.Compact())
		if s.sized() {
			fields = append(fields, "eta="+formatETA(s.ETA))
		}
	}
	fields = append(fields,
		fmt.Sprintf("pause=%d drain=%d resume=%d", s.Pauses, s.Drains, s.Resumes),
		"buffered="+units.Size(s.Length).Compact())
	if s.Waited.known() {
		fields = append(fields, fmt.Sprintf("waits=%s:%d%%", s.Waited.name(), s.Waited.percent()))
	}
	return strings.Join(fields, " ")
}

// plainStall returns for how long the copy has stalled and what it waits for:
// "3.2s(destination)".
func plainStall(s Snapshot) string {
	stall := formatTenths(s.Stalled)
	if s.Awaited.Side != side.Neither {
		stall += "(" + s.waiting() + ")"
	}
	return stall
}
