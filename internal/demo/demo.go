// Package demo shows scenarios: it has some of its own, each in a file with a
// description, of which the first line says what to watch for and the rest what it
// teaches, and with the conditions that its run must meet. It runs them, by the
// clock with a display or at once, says what came of them and judges that.
package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/expect"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// Demo is a scenario to be shown, with what its run must come to.
type Demo struct {
	name         string // of the demo or the file
	scenario     *scenario.Scenario
	expectations []expect.Condition
}

// Load reads one of the demos, if there is one of that name.
func Load(name string) (d *Demo, ok bool, err error) {
	doc, ok := Lookup(name)
	if !ok {
		return nil, false, nil
	}
	d, err = Parse(doc, name)
	return d, true, err
}

// Parse reads a scenario as a demo.
func Parse(doc []byte, name string) (*Demo, error) {
	sc, err := scenario.Parse(doc, name)
	if err != nil {
		return nil, &report.Failure{Status: report.Usage, Err: err}
	}
	d := &Demo{name: name, scenario: sc}
	fields := report.Fields(sc.Destinations())
	for i, text := range sc.Expect {
		condition, err := expect.Parse(text, fields)
		if err != nil {
			err := &scenario.Error{Scenario: name, Where: fmt.Sprintf("expect[%d]", i), Problem: err.Error()}
			return nil, &report.Failure{Status: report.Usage, Err: err}
		}
		d.expectations = append(d.expectations, condition)
	}
	return d, nil
}

// Watch is what to watch for: the first line of the description.
func (d *Demo) Watch() string {
	first, _, _ := strings.Cut(d.scenario.Description, "\n")
	return strings.TrimSpace(first)
}

// lesson is what the demo teaches: the rest of the description, as one line.
func (d *Demo) lesson() string {
	_, rest, _ := strings.Cut(d.scenario.Description, "\n")
	return strings.Join(strings.Fields(rest), " ")
}

// Takes is how long a run of the demo takes.
func (d *Demo) Takes(ctx context.Context) (time.Duration, error) {
	run := d.scenario.NewRun(nil)
	err := run.Virtual(ctx)
	return run.Stats().Elapsed, err
}

// judgesResult reports whether the conditions are, among others, about how the run
// ends: a failure is then for them to judge.
func (d *Demo) judgesResult() bool {
	for _, condition := range d.expectations {
		switch field, _, _ := strings.Cut(condition.String(), " "); field {
		case "result", "error", "exit_code":
			return true
		}
	}
	return false
}
