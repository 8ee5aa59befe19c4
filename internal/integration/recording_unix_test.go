//go:build unix

package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// drawnState is what a page tells of its only run and draws of it, but for the curves.
type drawnState struct {
	Runs []struct {
		Verdict          []string
		Elapsed          float64
		Width, Until     float64
		High, Low, Ahead int64
		Holders          [][]int
		Failed           bool
		Dsts, Stages     []drawnEnd
		Source           struct{ Bytes []int64 }
	}
}

type drawnEnd struct {
	Name            string
	Bytes           []int64
	Refused, Drains []int64
	Holding         []int
}

// stateOf returns the state of a page, with the sums of what events tell at other times.
func stateOf(t *testing.T, path string) (s drawnState) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(string(page), `id="state">`)
	state, _, _ = strings.Cut(state, "</script>")
	if err := json.Unmarshal([]byte(state), &s); err != nil {
		t.Fatal(err)
	}
	for i := range s.Runs {
		run := &s.Runs[i]
		run.Source.Bytes = []int64{total(run.Source.Bytes)}
		for _, ends := range [][]drawnEnd{run.Dsts, run.Stages} {
			for k := range ends {
				ends[k].Bytes = []int64{total(ends[k].Bytes)}
				ends[k].Refused, ends[k].Drains = []int64{total(ends[k].Refused)}, []int64{total(ends[k].Drains)}
			}
		}
	}
	return s
}

func total(list []int64) (sum int64) {
	for _, n := range list {
		sum += n
	}
	return sum
}

// The page from a recording has the marks, the holders, the names and the verdict of the
// report of its run.
func TestRecordingIsItsReport(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"copy":     {"-c4K", "-H16K", "--consumer=1:8MiB/s", "--expect=pauses < 3", "src", "one", "two"},
		"failed":   {"-c4K", "--consumer=4MiB/s for 50KiB; fail EIO", "src", "failed"},
		"chain":    {"-c4K", "--through=cat", "--through=cat", "src", "chained"},
		"by user":  {"-c32K", "--pause-after-chunk=5ms", "src", "slow"},
		"no bytes": {"nothing", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"src": strings.Repeat("x", 200_000), "nothing": ""})
			p := bpcopy(t, append([]string{"-q", "--report=own.html", "--record=recording"}, args...)...)
			p.Dir = dir
			p.end()
			p = bpcopy(t, "report", "-o", "recorded.html", "recording")
			p.Dir = dir
			if status := p.end(); status != 0 {
				t.Fatalf("report: status %d, %s", status, p.stderr.String())
			}
			own, recorded := stateOf(t, filepath.Join(dir, "own.html")), stateOf(t, filepath.Join(dir, "recorded.html"))
			if !reflect.DeepEqual(own, recorded) {
				t.Errorf("the report is\n%+v\nand from the recording\n%+v", own, recorded)
			}
		})
	}
}
