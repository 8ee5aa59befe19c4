package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"bpcopy/internal/report"
)

// TestEvidence: the process that holds a copy up is named, whether it takes the bytes or
// gives them. Here that is another bpcopy with a rate, behind a cat that waits for it.
func TestEvidence(t *testing.T) {
	if entries, err := os.ReadDir("/proc/self/fd"); err != nil || len(entries) == 0 {
		t.Skip("the kernel tells nothing: ", err)
	}
	const size, rate = "4MiB", "2MiB/s" // more than the pipes hold
	for side, start := range map[string]func(*testing.T, *program) *program{
		"destination": func(t *testing.T, p *program) *program {
			consumer := bpcopy(t, "-q", "--rate", rate, "-", os.DevNull)
			cat := command(t, "cat")
			pipeline(t, p, cat, consumer)
			return consumer
		},
		"source": func(t *testing.T, p *program) *program {
			producer := bpcopy(t, "-q", "--rate", rate, "-S", size, "/dev/zero", "-")
			cat := command(t, "cat")
			pipeline(t, producer, cat, p)
			return producer
		},
	} {
		t.Run(side, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "summary")
			args := []string{"-q", "--json", path, "-S", size, "/dev/zero", "-"}
			if side == "source" {
				args = []string{"-q", "--json", path, "-", os.DevNull}
			}
			p := bpcopy(t, args...)
			slow := start(t, p)
			p.want(0, "")
			slow.want(0, "")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var summary report.Summary
			if err := json.Unmarshal(text, &summary); err != nil {
				t.Fatal(err)
			}
			for _, e := range summary.Evidence {
				if e.Side == side && e.Kind == "process" && e.PID == slow.Process.Pid {
					return
				}
			}
			t.Errorf("process %d is not in the evidence of the %s: %s", slow.Process.Pid, side, text)
		})
	}
}

// pipeline starts programs, each of which reads what the one before it writes.
func pipeline(t *testing.T, programs ...*program) {
	t.Helper()
	for i, p := range programs[1:] {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		defer w.Close()
		programs[i].Stdout, p.Stdin = w, r
	}
	for _, p := range programs {
		p.start()
	}
}
