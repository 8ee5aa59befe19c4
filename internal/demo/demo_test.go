package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// TestDemos holds every demo to what a demo must be.
func TestDemos(t *testing.T) {
	for _, name := range Scenarios() {
		t.Run(name, func(t *testing.T) {
			d := load(t, name)
			if own := d.scenario.Name; own == nil || *own != name {
				t.Errorf("the name in the file is %v; want %q", own, name)
			}
			if len(d.Watch()) < 20 || len(d.Watch()) > 110 || len(d.lesson()) < 20 {
				t.Errorf("description %q: want a line of 20 to 110 characters on what to watch for, and one on what it teaches", d.scenario.Description)
			}
			counts := func(field string) bool {
				return slices.ContainsFunc(d.scenario.Expect, func(c string) bool { return strings.HasPrefix(c, field+" = ") })
			}
			if !counts("pauses") {
				t.Errorf("expect is %q; want the pauses among them, exactly", d.scenario.Expect)
			}
			virtual := runDemo(t, d, (*scenario.Run).Virtual)
			if took := time.Duration(virtual.ElapsedSeconds * float64(time.Second)); took < time.Second || took > 10*time.Second {
				t.Errorf("it takes %v; want a second to ten", took)
			}
			for _, e := range virtual.Expectations {
				if !e.Holds {
					t.Errorf("expectation %q does not hold: it is %s", e.Condition, e.Actual)
				}
			}
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				live := runDemo(t, d, (*scenario.Run).Live)
				if got, want := jsonLine(t, live), jsonLine(t, virtual); got != want {
					t.Errorf("live\n%s virtual\n%s", got, want)
				}
				if took := time.Since(start).Seconds(); took != live.ElapsedSeconds {
					t.Errorf("live it took %vs; want %vs", took, live.ElapsedSeconds)
				}
			})
		})
	}
}

func load(t *testing.T, name string) *Demo {
	t.Helper()
	d, ok, err := Load(name)
	if err != nil || !ok {
		t.Fatalf("Load(%q) = %t, %v; want a demo", name, ok, err)
	}
	return d
}

// runDemo is the summary of a run of the demo, judged.
func runDemo(t *testing.T, d *Demo, how func(*scenario.Run, context.Context) error) report.Summary {
	t.Helper()
	run := d.scenario.NewRun(nil)
	if err := how(run, t.Context()); err != nil {
		t.Fatal(err)
	}
	summary := d.summarize(run, report.Of(failureOf(run)))
	summary.Judge(d.conditions) // tells it in the summary as well
	return summary
}

func jsonLine(t *testing.T, summary report.Summary) string {
	t.Helper()
	line, err := summary.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// The demos come in pairs that differ in one thing only.
func TestDemoPairs(t *testing.T) {
	tests := []struct {
		with, without string
		line          string // that the first has and the second has not
	}{
		{"backpressure-ignored", "backpressure-heeded", `  "ignoreBackpressure": true,`},
		{"drain-at-low-mark", "drain-at-zero", `  "lowWaterMark": 131072,`},
	}
	for _, tt := range tests {
		with, without := streamsOf(t, tt.with), streamsOf(t, tt.without)
		i := slices.Index(with, tt.line)
		if i < 0 || !slices.Equal(slices.Delete(slices.Clone(with), i, i+1), without) {
			t.Errorf("%s is\n%s\nand %s\n%s\nwant %q for the only difference", tt.with, strings.Join(with, "\n"),
				tt.without, strings.Join(without, "\n"), tt.line)
		}
	}
}

// streamsOf are the lines of a demo below its expectations.
func streamsOf(t *testing.T, name string) []string {
	t.Helper()
	doc, ok := Lookup(name)
	_, streams, found := strings.Cut(string(doc), "\n  ],\n")
	if !ok || !found {
		t.Fatalf("demo %s: %s; want a list of expectations before the rest", name, doc)
	}
	return strings.Split(streams, "\n")
}

// Somebody who has seen enough sees no other demo.
func TestInterrupted(t *testing.T) {
	var shown []*Demo
	for _, name := range Names() {
		shown = append(shown, load(t, name))
	}
	var said []string
	show := &Show{
		Virtual: true,
		Say:     func(text string) { said = append(said, text) },
		Write:   func(*report.Summary) error { return nil },
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(&report.Failure{Status: report.BySignal(syscall.SIGINT), Err: errors.New("interrupted")})
	err := show.All(ctx, shown)
	text := strings.Join(said, "\n")
	if report.StatusOf(err) != 130 || strings.Count(text, "Watch ") != 1 || strings.Contains(text, "as expected") {
		t.Errorf("All() = %v and said\n%s; want status 130 and one demo, not judged", err, text)
	}
}
