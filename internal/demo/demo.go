// Package demo shows scenarios. It has some of its own and takes those of the
// user. It runs each, live with a display or in virtual time, prints what came
// of it, and checks the conditions that the scenario states.
//
// # Words
//
//   - demo: a scenario with the conditions that its run must meet.
//   - description: a text in the scenario. Its first line says what to watch
//     for. The rest is the lesson: what the demo teaches.
//   - pair: two demos that are shown together and compared.
//   - condition, unmet, failure, summary: as in package report.
//   - live, virtual: as in package scenario.
package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/expect"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
)

// Demo is a scenario to be shown, with the conditions that its run must meet.
type Demo struct {
	name       string // of the demo or of the file
	scenario   *scenario.Scenario
	conditions []expect.Condition
	against    *Demo // of a pair: the one that is shown first; nil if this is no pair
}

// Load reads the built-in demo of that name. If there is none, ok is false.
func Load(name string) (d *Demo, ok bool, err error) {
	if name == Backpressure {
		d, err = loadPair()
		return d, true, err
	}
	if _, ok := Lookup(name); !ok {
		return nil, false, nil
	}
	d, err = loadScenario(name)
	return d, true, err
}

// loadScenario reads a built-in scenario as a demo.
func loadScenario(name string) (*Demo, error) {
	doc, ok := Lookup(name)
	if !ok {
		panic("demo: internal error: no scenario " + name)
	}
	return Parse(doc, name)
}

// Parse reads a scenario as a demo. The name is for what is printed. The error
// is a [report.Failure] with the status [report.Usage].
func Parse(doc []byte, name string) (*Demo, error) {
	sc, err := scenario.Parse(doc, name)
	if err != nil {
		return nil, &report.Failure{Status: report.Usage, Err: err}
	}
	d := &Demo{name: name, scenario: sc}
	fields := report.Fields(sc.Destinations(), len(sc.StageMarks()))
	for i, text := range sc.Expect {
		condition, err := expect.Parse(text, fields)
		if err != nil {
			err := &scenario.Error{Scenario: name, Where: fmt.Sprintf("expect[%d]", i), Problem: err.Error(), Err: err}
			return nil, &report.Failure{Status: report.Usage, Err: err}
		}
		d.conditions = append(d.conditions, condition)
	}
	return d, nil
}

// Follow makes runs go by the rules of another line of Node than the scenario
// names.
func (d *Demo) Follow(rules stream.Rules) { d.scenario.Follow(rules) }

// Runs returns how many runs are shown: two for a pair.
func (d *Demo) Runs() int {
	if d.against != nil {
		return 2
	}
	return 1
}

// Watch returns what to watch for: the first line of the description.
func (d *Demo) Watch() string {
	if d.against != nil {
		return "Watch the memory of one copy, made twice: the first heeds false from write(), the second does not."
	}
	return d.watch()
}

// watch is Watch for this demo without the one that it is compared with.
func (d *Demo) watch() string {
	first, _, _ := strings.Cut(d.scenario.Description, "\n")
	return strings.TrimSpace(first)
}

// lesson returns what the demo teaches: the rest of the description, as one
// line.
func (d *Demo) lesson() string {
	_, rest, _ := strings.Cut(d.scenario.Description, "\n")
	return strings.Join(strings.Fields(rest), " ")
}

// Takes returns how long a live run of the demo takes. It runs the demo in
// virtual time to find out, and fails as that does.
func (d *Demo) Takes(ctx context.Context) (time.Duration, error) {
	if d.against != nil {
		first, err := d.against.takes(ctx)
		if err != nil {
			return 0, err
		}
		second, err := d.takes(ctx)
		return first + second, err
	}
	return d.takes(ctx)
}

// takes is Takes for this demo without the one that it is compared with.
func (d *Demo) takes(ctx context.Context) (time.Duration, error) {
	run := d.scenario.NewRun(nil)
	err := run.Virtual(ctx)
	return run.Stats().Elapsed, err
}

// judgesResult reports whether a condition is about how the run ends. If so, a
// run that fails may be as expected.
func (d *Demo) judgesResult() bool {
	for _, condition := range d.conditions {
		switch field, _, _ := strings.Cut(condition.String(), " "); field {
		case "result", "error", "exit_code":
			return true
		}
	}
	return false
}
