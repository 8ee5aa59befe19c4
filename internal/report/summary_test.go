package report

import (
	"slices"
	"strings"
	"testing"
)

func summary() Summary {
	return Summary{
		Schema:       Schema,
		Name:         "disk.img",
		Source:       Source{Name: "a<b>.img", Size: new(int64(10485760))},
		Destinations: []Destination{{Name: "copy", Bytes: 10485760, Writes: 160, WritesFalse: 160, Drains: 160, PeakLength: 65536}},
		Bytes:        10485760, ElapsedSeconds: 0.5, Rate: 20971520,
		HighWaterMark: 65536, ReadAhead: 65536, ChunkSize: 65536, Conduit: "memory",
		Pauses: 160, Drains: 160, Resumes: 160, PausedSeconds: 0.25, LongestPauseSeconds: 0.0125, PeakLength: 65536,
		Result: "ok",
	}
}

func TestSummaryJSON(t *testing.T) {
	s := summary()
	want := `{"schema":"bpcopy.summary/1","source":{"name":"a<b>.img","size":10485760},` +
		`"destinations":[{"name":"copy","bytes":10485760,"writes":160,"writes_false":160,"drains":160,"peak_length":65536}],` +
		`"bytes":10485760,"elapsed_seconds":0.5,"rate":20971520,"requested_rate":null,` +
		`"high_water_mark":65536,"low_water_mark":0,"read_ahead":65536,"chunk_size":65536,"conduit":"memory",` +
		`"pauses":160,"drains":160,"resumes":160,"paused_seconds":0.25,"longest_pause_seconds":0.0125,"stopped_seconds":0,` +
		`"peak_length":65536,"name":"disk.img","waited":{"source_seconds":0,"destination_seconds":0,"limit_seconds":0,"user_seconds":0,"program_seconds":0},"bottleneck":"","bottleneck_share":0,"result":"ok","error":null,"exit_code":0}` + "\n"
	if got, err := s.JSON(); err != nil || string(got) != want {
		t.Errorf("JSON() = %s, %v; want %s", got, err, want)
	}
	s.Source.Size = nil
	s.RequestedRate = new(int64(7))
	s.Error = new(`read source "x": input/output error`)
	s.Result, s.ExitCode = "error", 1
	want = `{"schema":"bpcopy.summary/1","source":{"name":"a<b>.img","size":null},` +
		`"destinations":[{"name":"copy","bytes":10485760,"writes":160,"writes_false":160,"drains":160,"peak_length":65536}],` +
		`"bytes":10485760,"elapsed_seconds":0.5,"rate":20971520,"requested_rate":7,` +
		`"high_water_mark":65536,"low_water_mark":0,"read_ahead":65536,"chunk_size":65536,"conduit":"memory",` +
		`"pauses":160,"drains":160,"resumes":160,"paused_seconds":0.25,"longest_pause_seconds":0.0125,"stopped_seconds":0,` +
		`"peak_length":65536,"name":"disk.img","waited":{"source_seconds":0,"destination_seconds":0,"limit_seconds":0,"user_seconds":0,"program_seconds":0},"bottleneck":"","bottleneck_share":0,"result":"error","error":"read source \"x\": input/output error","exit_code":1}` + "\n"
	if got, err := s.JSON(); err != nil || string(got) != want {
		t.Errorf("JSON() = %s, %v; want %s", got, err, want)
	}
	s.Source.Rcvbuf, s.Destinations[0].Sndbuf = new(int64(131072)), new(int64(65536))
	want = strings.NewReplacer(`"size":null`, `"size":null,"rcvbuf":131072`, `"peak_length":65536}]`, `"peak_length":65536,"sndbuf":65536}]`).Replace(want)
	if got, err := s.JSON(); err != nil || string(got) != want {
		t.Errorf("JSON() = %s, %v; want %s", got, err, want)
	}
}

func TestSummaryText(t *testing.T) {
	s := summary()
	counts := "disk.img: pause 160 drain 160 resume 160; paused 250ms, longest 12.5ms; peak buffered 64 KiB"
	want := []string{"disk.img: 10 MiB in 500ms, 20 MiB/s", counts}
	if got := s.Text(); !slices.Equal(got, want) {
		t.Errorf("Text() = %q; want %q", got, want)
	}
	s.Bottleneck, s.BottleneckShare = "destination", 0.934
	waited := []string{"disk.img: 10 MiB in 500ms, 20 MiB/s; waited for the destination 93 %", counts}
	if got := s.Text(); !slices.Equal(got, waited) {
		t.Errorf("Text() = %q; want %q", got, waited)
	}
	s.Bottleneck, s.Waited = "balanced", Waited{SourceSeconds: 0.24, DestinationSeconds: 0.25}
	both := []string{"disk.img: 10 MiB in 500ms, 20 MiB/s; waited for the destination 50 %, the source 48 %", counts}
	if got := s.Text(); !slices.Equal(got, both) {
		t.Errorf("Text() with two that held it up alike = %q; want %q", got, both)
	}
	s.Bottleneck, s.BottleneckShare = "program", 0.8
	busy := []string{"disk.img: 10 MiB in 500ms, 20 MiB/s; busy itself 80 %", counts}
	if got := s.Text(); !slices.Equal(got, busy) {
		t.Errorf("Text() of a busy program = %q; want %q", got, busy)
	}
	s = Summary{Name: "stdin", ElapsedSeconds: 61, RequestedRate: new(int64(1 << 20))}
	want = []string{"stdin: 0 B in 1m1s, 0 B/s of 1 MiB/s asked for", "stdin: pause 0 drain 0 resume 0; peak buffered 0 B"}
	if got := s.Text(); !slices.Equal(got, want) {
		t.Errorf("Text() = %q; want %q", got, want)
	}
}

func TestSeconds(t *testing.T) {
	for s, want := range map[float64]string{
		0: "0s", 1e-9: "1ns", 0.000828: "828µs", 0.0367123: "36.7ms", 0.9994: "999ms", 1: "1s", 1.2345: "1.23s",
		12.345: "12.3s", 59.96: "1m0s", 61.24: "1m1.2s", 123.4: "2m3s", 3600: "1h0m0s",
	} {
		if got := Seconds(s); got != want {
			t.Errorf("Seconds(%v) = %q; want %q", s, got, want)
		}
	}
}
