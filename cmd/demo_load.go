package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"bpcopy/internal/demos"
	"bpcopy/internal/expect"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// everyDemo is the operand that stands for all of them.
const everyDemo = "all"

// demo is a scenario to be shown, with what its run must come to.
type demo struct {
	name         string // of the demo or the file
	scenario     *scenario.Scenario
	expectations []expect.Condition
}

// loadDemos reads what the operands name. Every mistake in them is found before
// anything runs.
func (a *app) loadDemos(ctx context.Context, operands []string) ([]*demo, error) {
	var all []*demo
	for _, operand := range operands {
		names := []string{operand}
		if operand == everyDemo {
			names = demos.Names()
		}
		for _, name := range names {
			d, err := a.findDemo(ctx, name)
			if err != nil {
				return nil, err
			}
			all = append(all, d)
		}
	}
	return all, nil
}

// findDemo reads a demo, or a file where there is none of that name.
func (a *app) findDemo(ctx context.Context, operand string) (*demo, error) {
	if _, ok := demos.Lookup(operand); ok {
		return loadDemo(operand)
	}
	doc, err := a.readScenario(ctx, operand)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("demo: %q is no demo and no file: want %s", operand, orList(append(demos.Names(), everyDemo)))
	}
	if err != nil {
		return nil, err
	}
	name := operand
	if name == "-" {
		name = "stdin"
	}
	return parseDemo(doc, name)
}

// loadDemo reads one of the demos.
func loadDemo(name string) (*demo, error) {
	doc, ok := demos.Lookup(name)
	if !ok {
		panic("cmd: internal error: no demo " + name)
	}
	return parseDemo(doc, name)
}

func parseDemo(doc []byte, name string) (*demo, error) {
	sc, err := scenario.Parse(doc, name)
	if err != nil {
		return nil, err
	}
	d := &demo{name: name, scenario: sc}
	fields := report.Fields(sc.Destinations())
	for i, text := range sc.Expect {
		condition, err := expect.Parse(text, fields)
		if err != nil {
			return nil, &scenario.Error{Scenario: name, Where: fmt.Sprintf("expect[%d]", i), Problem: err.Error()}
		}
		d.expectations = append(d.expectations, condition)
	}
	return d, nil
}

// watch is what to watch for: the first line of the description.
func (d *demo) watch() string {
	first, _, _ := strings.Cut(d.scenario.Description, "\n")
	return strings.TrimSpace(first)
}

// lesson is what the demo teaches: the rest of the description, as one line.
func (d *demo) lesson() string {
	_, rest, _ := strings.Cut(d.scenario.Description, "\n")
	return strings.Join(strings.Fields(rest), " ")
}

// judgesResult reports whether the conditions are, among others, about how the run
// ends: a failure is then for them to judge.
func (d *demo) judgesResult() bool {
	for _, condition := range d.expectations {
		switch field, _, _ := strings.Cut(condition.String(), " "); field {
		case "result", "error", "exit_code":
			return true
		}
	}
	return false
}

// orList is "a, b or c".
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
