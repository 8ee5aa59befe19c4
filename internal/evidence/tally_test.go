package evidence

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"bpcopy/internal/stream"
)

// samples adds samples that are taken ten times a second.
func samples(all ...finding) *tally {
	t := newTally(0)
	at := time.Unix(1e9, 0)
	for _, f := range all {
		at = at.Add(shortest)
		t.add(f, at, shortest)
	}
	return t
}

func process(pid int, command, state string, cpu time.Duration) finding {
	return finding{process: &processFinding{processID{pid, 1}, command, state, cpu}}
}

// brief is an entry without what is zero.
func brief(e Entry) string {
	s := fmt.Sprintf("%s %.2f", e.Kind, e.Share)
	if e.Kind == Process {
		s += fmt.Sprintf(" %d %s %s", e.PID, e.Command, e.State)
	}
	if e.CPUShare != nil {
		s += fmt.Sprintf(" cpu %.2f", *e.CPUShare)
	}
	if e.Kind == Queue {
		s += fmt.Sprintf(" %d of %d", e.Bytes, e.Capacity)
	}
	if e.Kind == Disk {
		s += " " + e.State + " " + e.WaitChannel
	}
	if e.StalledShare != nil {
		s += fmt.Sprintf(" stalled %.2f", *e.StalledShare)
	}
	return s
}

func TestTally(t *testing.T) {
	const ms = time.Millisecond
	queue := func(bytes int64, holds bool) finding { return finding{queue: &queueFinding{bytes, 64, holds}} }
	disk := func(waits bool, stalled time.Duration) finding {
		return finding{disk: &diskFinding{waits, "folio_wait", stalled, true}}
	}
	for name, tt := range map[string]struct {
		of   *tally
		want []string
	}{
		"none":    {samples(), nil},
		"nothing": {samples(finding{}, finding{}), nil},
		"once":    {samples(process(7, "gzip", Running, 0)), []string{"process 1.00 7 gzip running"}},
		"busy": {samples(process(7, "gzip", Running, 0), process(7, "gzip", Running, 90*ms), process(7, "gzip", Running, 200*ms)),
			[]string{"process 1.00 7 gzip running cpu 1.00"}},
		"threads": {samples(process(7, "zstd", Running, 0), process(7, "zstd", Running, 350*ms)),
			[]string{"process 1.00 7 zstd running cpu 3.50"}},
		"not always told": {samples(process(7, "gzip", Running, 0), finding{}, process(7, "gzip", Running, 200*ms), finding{}),
			[]string{"process 0.50 7 gzip running"}},
		"one after the other": {samples(process(7, "sleep", Sleeping, 0), process(8, "sleep", Sleeping, 0), process(8, "sleep", Sleeping, 10*ms), process(9, "gzip", Running, 0)),
			[]string{"process 0.75 8 sleep sleeping cpu 0.10", "process 0.25 9 gzip running"}},
		"states": {samples(process(7, "sh", Sleeping, 0), process(7, "sh", Reading, 0), process(7, "sh", Reading, 0)),
			[]string{"process 1.00 7 sh reading cpu 0.00"}},
		"only the first three": {samples(process(1, "d", Running, 0), process(2, "c", Running, 0), process(3, "b", Running, 0), process(4, "a", Running, 0)),
			[]string{"process 0.25 4 a running", "process 0.25 3 b running", "process 0.25 2 c running"}},
		"queue":    {samples(queue(10, true), queue(0, false), queue(20, true)), []string{"queue 0.67 10 of 64"}},
		"disk":     {samples(disk(true, 0), disk(true, 80*ms), disk(false, 100*ms)), []string{"disk 0.67 disk folio_wait stalled 0.50"}},
		"memory":   {samples(disk(false, 0), disk(true, 0), disk(false, 0)), []string{"disk 0.67 running  stalled 0.00"}},
		"overflow": {samples(disk(true, 0), disk(true, time.Hour)), []string{"disk 1.00 disk folio_wait stalled 1.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range tt.of.entries() {
				got = append(got, brief(e))
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("entries() = %q; want %q", got, tt.want)
			}
		})
	}
}

// However many commands and wait channels come, few are kept.
func TestTallyIsBounded(t *testing.T) {
	tally := newTally(0)
	for i := range 1000 {
		name := fmt.Sprint(i)
		tally.add(process(i, name, Running, 0), time.Unix(int64(i), 0), 0)
		tally.add(finding{disk: &diskFinding{waits: true, channel: name}}, time.Unix(int64(i), 0), 0)
	}
	if len(tally.processes) != mostCommands || len(tally.channels) != mostWords {
		t.Errorf("%d commands and %d wait channels kept; want %d and %d", len(tally.processes), len(tally.channels), mostCommands, mostWords)
	}
}

// Conditions ask for evidence[0]. It must not depend on how full a pipe was, or on one
// look at an end that was hardly waited for.
func TestOrderOfEntries(t *testing.T) {
	at := time.Unix(1e9, 0)
	queue := &queueFinding{64, 64, true}
	source, destination := newTally(stream.FromSource), newTally(0)
	source.add(process(5, "xz", Running, 0), at, shortest)
	for _, f := range []finding{{queue: queue}, process(7, "gzip", Running, 0), process(7, "gzip", Running, 0)} {
		f.queue = queue
		destination.add(f, at, shortest)
	}
	limited := newTally(1)
	limited.add(process(9, "cat", Reading, 0), at, shortest)
	limited.limited, limited.limitLooks, limited.limitState = 1, 4, ByRate
	var got []string
	for _, e := range entries([]*tally{source, destination, limited}) {
		got = append(got, fmt.Sprintf("%v %d %s", e.Side, e.Destination, brief(e)))
	}
	want := []string{
		"destination 0 process 0.67 7 gzip running", "destination 0 queue 1.00 64 of 64",
		"destination 1 limit 0.25", "destination 1 process 1.00 9 cat reading",
		"source 0 process 1.00 5 xz running",
	}
	if !slices.Equal(got, want) {
		t.Errorf("entries() = %q; want %q", got, want)
	}
}
