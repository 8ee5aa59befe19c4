package faults

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A tally is what came of the faults, by situation.
type tally struct {
	mu     sync.Mutex // guards all, also what is in the rows
	rows   []*row
	causes map[string]*cause
}

// A row is what came of the faults of one situation.
type row struct {
	all                              *tally
	name                             string
	injected, missed, failed, passed int
	known, violations                int
	slowest                          time.Duration
	slowestFault                     Fault
}

// A cause is what violations have in common: the call, and what is wrong.
type cause struct {
	count   int
	example string
}

func (all *tally) row(name string) *row {
	all.mu.Lock()
	defer all.mu.Unlock()
	r := &row{all: all, name: name}
	all.rows = append(all.rows, r)
	return r
}

// tried counts a run with a fault.
func (r *row) tried(f Fault, out outcome) {
	r.all.mu.Lock()
	defer r.all.mu.Unlock()
	if out.took > r.slowest {
		r.slowest, r.slowestFault = out.took, f
	}
	switch {
	case len(out.Hit) == 0:
		r.missed++
		return
	case out.Status.Exited() && out.Status.ExitStatus() == 0:
		r.passed++
	default:
		r.failed++
	}
	if r.injected++; *every && r.injected%100 == 0 {
		fmt.Fprint(os.Stderr, ".")
	}
}

// violated reports what must not be, and how to see it again.
func (r *row) violated(t *testing.T, f Fault, wrong []string, out outcome) {
	r.all.mu.Lock()
	defer r.all.mu.Unlock()
	again := fmt.Sprintf("scripts/faults -f %v %s", f, r.name)
	if isKnown(r.name, f, wrong) {
		r.known++
		return
	}
	r.violations++
	r.all.collect(f, wrong, again)
	t.Errorf("%s\n\tat %v\n\tagain: %s", strings.Join(wrong, "\n\t"), out.Hit[:min(len(out.Hit), 3)], again)
}

var particulars = regexp.MustCompile(`\d+|".*`)

// collect puts violations of one cause together.
func (all *tally) collect(f Fault, wrong []string, again string) {
	if all.causes == nil {
		all.causes = make(map[string]*cause)
	}
	key := f.Call + ": " + particulars.ReplaceAllString(wrong[0], "N")
	if f.What.Signal() != 0 {
		key = string(f.What) + " at " + key
	}
	if all.causes[key] == nil {
		all.causes[key] = &cause{example: again}
	}
	all.causes[key].count++
}

// print prints a table of the situations, and the causes of what is wrong.
func (all *tally) print() {
	const format = "%-20s %9v %9v %9v %9v %9v %11v %9v %v\n"
	fmt.Printf("\n"+format, "situation", "injected", "status 0", "failed", "missed", "known", "violations", "slowest", "")
	sum := row{name: "all"}
	slices.SortFunc(all.rows, func(a, b *row) int { return strings.Compare(a.name, b.name) })
	for _, r := range append(all.rows, &sum) {
		fmt.Printf(format, r.name, r.injected, r.passed, r.failed, r.missed, r.known, r.violations, r.slowest.Round(time.Millisecond), r.slowestFault)
		sum.injected += r.injected
		sum.passed += r.passed
		sum.failed += r.failed
		sum.missed += r.missed
		sum.known += r.known
		sum.violations += r.violations
		if r.slowest > sum.slowest {
			sum.slowest, sum.slowestFault = r.slowest, r.slowestFault
		}
	}
	keys := slices.SortedFunc(maps.Keys(all.causes), func(a, b string) int {
		return cmp.Or(cmp.Compare(all.causes[b].count, all.causes[a].count), strings.Compare(a, b))
	})
	for _, key := range keys {
		fmt.Printf("%5d  %s\n       %s\n", all.causes[key].count, key, all.causes[key].example)
	}
}
