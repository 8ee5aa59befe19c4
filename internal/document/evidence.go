package document

import (
	"fmt"
	"strings"

	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// evidence returns the table of what the kernel tells of why a side was waited for.
func evidence(runs []Run) Table {
	t := Table{Title: "Evidence", Head: []string{"Side", "Kind", "Share", "What the kernel tells"}}
	called := names(runs)
	for i := range runs {
		s := &runs[i].Summary
		for _, e := range s.Evidence {
			side := e.Side
			if e.Destination != nil && *e.Destination < len(s.Destinations) {
				side += " " + short(s.Destinations[*e.Destination].Name)
			}
			if len(runs) > 1 {
				side = called[i] + ": " + side
			}
			t.Rows = append(t.Rows, Row{Cells: []string{side, e.Kind, percent(e.Share), details(e)}})
		}
	}
	return t
}

// details tells the fields that the kind of the evidence sets.
func details(e report.Evidence) string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if e.Command != "" {
		add("%s (PID %d)", short(e.Command), e.PID)
	}
	if e.State != "" {
		add("%s", e.State)
	}
	if e.CPUShare != nil {
		add("%s of a CPU", percent(*e.CPUShare))
	}
	for _, one := range []struct {
		name    string
		seconds *float64
	}{{"receiver's window", e.ReceiverWindowSeconds}, {"send buffer", e.SendBufferSeconds}, {"network", e.NetworkSeconds}, {"round trip", e.RTTSeconds}} {
		if one.seconds != nil {
			add("%s %s", one.name, secondsText(*one.seconds))
		}
	}
	if e.Retransmits != nil {
		add("%d retransmits", *e.Retransmits)
	}
	if e.Bytes != nil && e.Capacity != nil {
		add("%s of %s", units.Size(*e.Bytes).Human(), units.Size(*e.Capacity).Human())
	}
	if e.WaitChannel != "" {
		add("in %s", short(e.WaitChannel))
	}
	if e.StalledShare != nil {
		add("system stalled %s", percent(*e.StalledShare))
	}
	return strings.Join(all, ", ")
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
