package document

import (
	"encoding/xml"
	"strings"
	"testing"

	"bpcopy/internal/report"
)

func TestJUnit(t *testing.T) {
	met, unmet, failed := runOf("a", 1), runOf("disk.img", 1), runOf("c", 1)
	met.Summary.Expectations = []report.Expectation{{Condition: "pauses = 10", Holds: true, Actual: "10"}}
	unmet.Summary.Expectations = []report.Expectation{{Condition: "drains < 5", Actual: "10"}, {Condition: "bytes > 1", Holds: true}}
	unmet.Summary.Result, unmet.Summary.Error = "expectation", new("unmet")
	failed.Summary.Result, failed.Summary.Error = "timeout", new("no byte\nmoved")
	var got junitSuites
	if err := xml.Unmarshal([]byte(text(t, "x.xml", met, unmet, failed)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tests != 4 || got.Failures != 1 || got.Errors != 1 || len(got.Suites) != 3 || got.Time != "0.300000" {
		t.Errorf("%d tests, %d failures, %d errors in %d suites, %s s; want 4, 1, 1 in 3, 0.300000 s", got.Tests, got.Failures, got.Errors, len(got.Suites), got.Time)
	}
	if s := got.Suites[0]; s.Failures != 0 || s.Errors != 0 || s.Cases[0].Name != "pauses = 10" || s.Cases[0].Failure != nil {
		t.Errorf("the first suite is %+v; want one case that passes", s)
	}
	c := got.Suites[1].Cases[0]
	if c.Name != "drains < 5" || c.Class != "bpcopy.disk_img" || c.Failure == nil || c.Failure.Message != "does not hold: it is 10" {
		t.Errorf("the case that fails is %+v", c)
	}
	c = got.Suites[2].Cases[0]
	if c.Error == nil || c.Error.Message != "no byte" || c.Error.Type != "timeout" || c.Error.Text != "no byte\nmoved" {
		t.Errorf("the case in error is %+v", c)
	}
}

// A run that has failed as was expected is no error in any form, and all say that it failed.
func TestAsExpected(t *testing.T) {
	run := runOf("a", 1)
	run.Summary.Result, run.Summary.Error, run.AsExpected = "error", new("ENOSPC"), true
	run.Summary.Expectations = []report.Expectation{{Condition: "result = error", Holds: true, Actual: "error"}}
	var suites junitSuites
	if err := xml.Unmarshal([]byte(text(t, "x.xml", run)), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 1 || suites.Errors != 0 || suites.Failures != 0 {
		t.Errorf("%d tests, %d errors, %d failures; want 1, 0, 0", suites.Tests, suites.Errors, suites.Failures)
	}
	page := text(t, "x.html", run)
	if strings.Contains(page, `class="verdict bad"`) || strings.Contains(page, `<tr data-field="result" class="bad"`) {
		t.Error("the page shows the run as one that should not have failed")
	}
	table := text(t, "x.md", run)
	if !strings.HasPrefix(table, "### ✅ a\n\nFailed, as expected: ENOSPC.\n") {
		t.Errorf("the table is\n%s", table)
	}
	run.AsExpected = false
	if page := text(t, "x.html", run); !strings.Contains(page, `class="verdict bad"`) || !strings.Contains(page, `<tr data-field="result" class="bad"`) {
		t.Error("the page does not show that the run has failed")
	}
}
