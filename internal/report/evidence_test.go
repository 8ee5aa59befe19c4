package report

import (
	"encoding/json"
	"strings"
	"testing"

	"bpcopy/internal/expect"
)

// Why a side was waited for is told of the bottleneck alone, and only if it held for
// half of the time.
func TestBecause(t *testing.T) {
	const dst = "destination"
	process := func(side, command, state string, cpu, share float64) Evidence {
		return Evidence{Side: side, Kind: "process", Command: command, State: state, CPUShare: &cpu, Share: share}
	}
	tcp := func(receiver, buffer, network float64, retransmits int64) Evidence {
		return Evidence{
			Side: dst, Kind: "tcp", Share: 0.9, ReceiverWindowSeconds: &receiver, SendBufferSeconds: &buffer,
			NetworkSeconds: &network, Retransmits: &retransmits, RTTSeconds: new(0.0402),
		}
	}
	of := func(dst int, e Evidence) Evidence { e.Destination = &dst; return e }
	for name, tt := range map[string]struct {
		bottleneck string
		evidence   []Evidence
		want       string
	}{
		"nothing is known":  {dst, nil, ""},
		"busy":              {dst, []Evidence{process(dst, "gzip", "running", 0.987, 0.9)}, "gzip, 99 % of a CPU"},
		"busy threads":      {dst, []Evidence{process(dst, "zstd", "sleeping", 3.5, 0.9)}, "zstd, 350 % of a CPU"},
		"starved":           {dst, []Evidence{process(dst, "gzip", "running", 0.1, 0.9)}, "gzip, 10 % of a CPU"},
		"once":              {dst, []Evidence{{Side: dst, Kind: "process", Command: "gzip", State: "running", Share: 1}}, "gzip, running"},
		"sleeping":          {dst, []Evidence{process(dst, "sleep", "sleeping", 0, 0.5)}, "sleep, sleeping"},
		"stopped":           {dst, []Evidence{process(dst, "cat", "stopped", 0, 0.5)}, "cat, stopped"},
		"in a disk":         {"source", []Evidence{process("source", "tar", "disk", 0.1, 0.5)}, "tar, waiting for a disk"},
		"a name of nothing": {dst, []Evidence{{Side: dst, Kind: "process", PID: 4711, Command: " ", State: "sleeping", Share: 1}}, "process 4711, sleeping"},
		"a hostile name":    {dst, []Evidence{process(dst, "a\x1b[2J\nb", "sleeping", 0, 1)}, `a\u001b[2J\u000ab, sleeping`},
		"less than half":    {dst, []Evidence{process(dst, "sleep", "sleeping", 0, 0.49)}, ""},
		"the other side":    {dst, []Evidence{process("source", "xz", "running", 1, 1)}, ""},
		"balanced":          {"balanced", []Evidence{process("source", "xz", "running", 1, 1)}, ""},
		"the window":        {dst, []Evidence{tcp(4.2, 0, 0.1, 0)}, "the receiver's window, 4.2s"},
		"the send buffer":   {dst, []Evidence{tcp(0.1, 3, 0.1, 0)}, "the send buffer, 3s"},
		"the network":       {dst, []Evidence{tcp(0.1, 0, 3, 12)}, "the network, rtt 40ms, 12 retransmits"},
		"a clean network":   {dst, []Evidence{tcp(0.1, 0, 3, 0)}, "the network, rtt 40ms"},
		"a bit of each":     {dst, []Evidence{tcp(1, 1, 1, 0)}, ""},
		"the process first": {dst, []Evidence{tcp(4.2, 0, 0.1, 0), process(dst, "nc", "stopped", 0, 0.8)},
			"nc, stopped"},
		"the disk":    {"source", []Evidence{{Side: "source", Kind: "disk", State: "disk", Share: 0.8}}, "the disk, stalled 80 % of the time"},
		"the cache":   {"source", []Evidence{{Side: "source", Kind: "disk", State: "running", Share: 0.8}}, ""},
		"the queue":   {dst, []Evidence{{Side: dst, Kind: "queue", Share: 1, Bytes: new(int64(5)), Capacity: new(int64(5))}}, ""},
		"a rate":      {"limit", []Evidence{process(dst, "cat", "reading", 0, 1), {Side: dst, Kind: "limit", State: "rate", Share: 1}}, "--rate"},
		"a script":    {"limit", []Evidence{{Side: "source", Kind: "limit", State: "script", Share: 1}}, "a script of the source"},
		"no limit":    {dst, []Evidence{{Side: dst, Kind: "limit", State: "rate", Share: 1}}, ""},
		"the slowest": {dst, []Evidence{of(0, process(dst, "cat", "stopped", 0, 1)), of(1, process(dst, "gzip", "running", 1, 0.8))}, "b: gzip, 100 % of a CPU"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Summary{Bottleneck: tt.bottleneck, Evidence: tt.evidence, Destinations: []Destination{
				{Name: "a", WaitedSeconds: new(1.0)}, {Name: "b", WaitedSeconds: new(2.0)},
			}}
			if got := s.Because(); got != tt.want {
				t.Errorf("Because() = %q; want %q", got, tt.want)
			}
		})
	}
}

// The line has the reason in parentheses, or none.
func TestVerdict(t *testing.T) {
	s := Summary{Bottleneck: "limit", BottleneckShare: 0.93, Evidence: []Evidence{{Side: "destination", Kind: "limit", State: "rate", Share: 1}}}
	if got, want := s.verdict(), "; waited for the limit 93 % (--rate)"; got != want {
		t.Errorf("verdict() = %q; want %q", got, want)
	}
	s.Evidence = nil
	if got, want := s.verdict(), "; waited for the limit 93 %"; got != want {
		t.Errorf("verdict() = %q; want %q", got, want)
	}
}

// Of each kind the object has the fields that are told of it, and no others.
func TestEvidenceJSON(t *testing.T) {
	for _, tt := range []struct {
		e    Evidence
		want string
	}{
		{Evidence{Side: "destination", Kind: "process", Share: 0.97, PID: 4711, Command: "gzip", State: "running", CPUShare: new(0.99)},
			`{"side":"destination","kind":"process","share":0.97,"pid":4711,"command":"gzip","state":"running","cpu_share":0.99}`},
		{Evidence{Side: "destination", Destination: new(0), Kind: "queue", Share: 1, Bytes: new(int64(0)), Capacity: new(int64(65536))},
			`{"side":"destination","destination":0,"kind":"queue","share":1,"bytes":0,"capacity":65536}`},
	} {
		got, err := json.Marshal(tt.e)
		if err != nil || string(got) != tt.want {
			t.Errorf("Marshal(%+v) = %s, %v; want %s", tt.e, got, err, tt.want)
		}
	}
}

// Conditions can name evidence, also where there is none.
func TestEvidenceConditions(t *testing.T) {
	s := Summary{Evidence: []Evidence{{Side: "destination", Kind: "process", Command: "gzip", CPUShare: new(0.99), Share: 1}}}
	for condition, holds := range map[string]bool{
		"evidence[0].command = gzip":        true,
		"evidence[0].cpu_share >= 90%":      true,
		"evidence[0].kind = tcp":            false,
		"evidence[1].kind = process":        false,
		"evidence[1].share = 0":             true,
		"evidence[0].retransmits = 0":       true,
		"evidence[7].stalled_share < 50%":   true,
		"evidence[0].network_seconds <= 1s": true,
	} {
		c, err := expect.Parse(condition, Fields(1, 0))
		if err != nil {
			t.Errorf("Parse(%s): %v", condition, err)
			continue
		}
		if unmet := s.Judge([]expect.Condition{c}); (unmet == nil) != holds {
			t.Errorf("%s: %q; want it to hold: %v", condition, unmet, holds)
		}
	}
	if _, err := expect.Parse("evidence[0].kind = pipe", Fields(1, 0)); err == nil || !strings.Contains(err.Error(), "process") {
		t.Errorf("Parse(evidence[0].kind = pipe): %v; want the words that there are", err)
	}
}
