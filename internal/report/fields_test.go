package report

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bpcopy/internal/expect"
)

// TestFields holds what the fields of a summary are, with their units.
func TestFields(t *testing.T) {
	got := Fields(2, 0).Paths()
	want := []string{"schema", "source.name", "source.size", "source.rcvbuf", "source.sndbuf"}
	for _, dst := range []string{"destinations[0].", "destinations[1]."} {
		for _, name := range []string{"name", "bytes", "writes", "writes_false", "drains", "peak_length", "rcvbuf", "sndbuf", "waited_seconds", "held_alone_seconds"} {
			want = append(want, dst+name)
		}
	}
	want = append(want, "bytes", "elapsed_seconds", "rate", "requested_rate", "high_water_mark", "low_water_mark", "read_ahead",
		"chunk_size", "conduit", "pauses", "drains", "resumes", "user_pauses", "paused_seconds", "longest_pause_seconds",
		"stopped_seconds", "peak_length", "name", "waited.source_seconds", "waited.destination_seconds", "waited.limit_seconds",
		"waited.user_seconds", "waited.program_seconds", "waited.stage_seconds", "bottleneck", "bottleneck_share")
	for i := range MostEvidence {
		for _, name := range []string{"side", "stage", "destination", "kind", "share", "pid", "command", "state", "cpu_share",
			"receiver_window_seconds", "send_buffer_seconds", "network_seconds", "retransmits", "rtt_seconds", "bytes", "capacity",
			"wait_channel", "stalled_share"} {
			want = append(want, fmt.Sprintf("evidence[%d].%s", i, name))
		}
	}
	want = append(want, "result", "error", "exit_code")
	if !slices.Equal(got, want) {
		t.Errorf("Fields(2).Paths() = %q; want %q", got, want)
	}
}

// TestFieldsOfStages: each stage has fields, and those of the copies to it and from it.
func TestFieldsOfStages(t *testing.T) {
	got := Fields(1, 2).Paths()
	for _, want := range []string{"stages[0].exit_status", "stages[1].command", "stages[1].read.bytes", "stages[0].written.waited.source_seconds"} {
		if !slices.Contains(got, want) {
			t.Errorf("Fields(1, 2).Paths() lacks %s", want)
		}
	}
	if slices.ContainsFunc(got, func(path string) bool { return strings.HasPrefix(path, "stages[2]") }) {
		t.Error("Fields(1, 2).Paths() has a third stage")
	}
}

// TestUnits: every number of bytes, of bytes per second and of seconds says so.
func TestUnits(t *testing.T) {
	units := map[string][]string{
		"a size": {"source.size", "source.rcvbuf", "destinations[0].sndbuf", "destinations[0].bytes", "destinations[0].peak_length", "bytes", "high_water_mark",
			"low_water_mark", "read_ahead", "chunk_size", "peak_length"},
		"a rate":            {"rate", "requested_rate"},
		"a time in seconds": {"elapsed_seconds", "paused_seconds", "longest_pause_seconds", "stopped_seconds", "waited.source_seconds", "destinations[0].waited_seconds"},
		"a number": {"destinations[0].writes", "destinations[0].writes_false", "destinations[0].drains", "pauses", "drains",
			"resumes", "user_pauses", "exit_code"},
		"a share": {"bottleneck_share"},
	}
	for unit, paths := range units {
		for _, path := range paths {
			_, err := expect.Parse(path+" = ?", Fields(1, 0))
			if want := path + " is " + unit + ": want"; !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("Parse(%s = ?) = %v; want %s", path, err, want)
			}
		}
	}
}

// Whoever adds a field with a unit that nobody knows is told at once.
func TestUnknownUnit(t *testing.T) {
	type odd struct {
		Weight int64 `unit:"g"`
	}
	defer func() {
		want := `report: internal error: Weight is a int64 with the unit "g"`
		if cause := recover(); cause != want {
			t.Errorf("recover() = %v; want %s", cause, want)
		}
	}()
	kindOf(reflect.TypeFor[odd]().Field(0))
}
