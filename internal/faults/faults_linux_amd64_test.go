package faults

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var (
	every    = flag.Bool("all", false, "try every fault, and print a table: see scripts/faults")
	oneFault = flag.String("fault", "", "try only this fault, and print what came of it")
)

// sampleSize is how many faults of each situation "go test" tries.
const sampleSize = 12

// TestFaults makes the calls of bpcopy fail, in situations that are named on the
// command line of the test or in all.
func TestFaults(t *testing.T) {
	b := bpcopyBench(t)
	var results tally
	for _, s := range situations() {
		if wanted := flag.Args(); len(wanted) > 0 && !slices.Contains(wanted, s.name) {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			try(t, b, s, &results)
		})
	}
	if *every {
		t.Cleanup(results.print)
	}
}

// try tries the faults of one situation.
func try(t *testing.T, b bench, s situation, results *tally) {
	if s.needs != "" && !b.has(s.needs) {
		t.Skipf("bpcopy has no %s", s.needs)
	}
	usual := usualOutcome(t, b, s)
	row := results.row(s.name)
	if wrong := unusual(s, usual); len(wrong) > 0 {
		row.violated(t, Fault{}, wrong, usual)
		return
	}
	for _, fault := range chosen(t, s, usual.Calls) {
		out, err := b.run(s, fault)
		if err != nil {
			t.Fatalf("%v: %v", fault, err)
		}
		row.tried(fault, out)
		if wrong := violations(s, fault, out, usual); len(wrong) > 0 {
			row.violated(t, fault, wrong, out)
		}
		if *oneFault != "" {
			fmt.Printf("%s, %v, hits %v, wait status %#x, after %v, stderr:\n%s", s.name, fault, out.Hit, out.Status, out.took, out.stderr)
		}
	}
}

// usualOutcome is what comes of a situation without a fault.
func usualOutcome(t *testing.T, b bench, s situation) outcome {
	t.Helper()
	out, err := b.run(s, Fault{})
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) {
		t.Skipf("programs cannot be traced here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// chosen are the faults to try.
func chosen(t *testing.T, s situation, calls []Call) []Fault {
	switch {
	case *oneFault != "":
		fault, err := ParseFault(*oneFault)
		if err != nil {
			t.Fatal(err)
		}
		return []Fault{fault}
	case *every:
		return plan(s, calls)
	}
	return sample(s, plan(s, calls), sampleSize)
}

// unusual checks the run without a fault. A file that is replaced stays whose it
// was.
func unusual(s situation, out outcome) []string {
	wrong := violations(s, Fault{}, out, out)
	for _, d := range s.dests {
		before, was := out.before[d.name]
		if after := out.after[d.name]; was && d.how != received && after.look != before.look && !strings.Contains(s.name, "preserve") {
			wrong = append(wrong, fmt.Sprintf("%s is new with %v; want %v", d.name, after.look, before.look))
		}
	}
	return wrong
}
