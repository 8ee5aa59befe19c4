package document

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// The elements of a JUnit report, as the readers in use agree on them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"` // seconds
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        string          `xml:"system-out"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitProblem `xml:"failure"`
		Error   *junitProblem `xml:"error"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a suite for each run, with a test case for each expectation. A
// run that failed for another reason has one more, in error.
func writeJUnit(w io.Writer, runs []Run) error {
	all := junitSuites{Name: "bpcopy"}
	called, total := names(runs), 0.0
	for i := range runs {
		suite := suiteOf(&runs[i], called[i])
		all.Suites = append(all.Suites, suite)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		if !runs[i].Part {
			total += runs[i].Summary.ElapsedSeconds
		}
	}
	all.Time = junitSeconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w) // what is no character in XML it replaces
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// suiteOf returns the suite of a run.
func suiteOf(r *Run, name string) junitSuite {
	s := &r.Summary
	suite := junitSuite{Name: name, Time: junitSeconds(s.ElapsedSeconds), Out: strings.Join(r.verdict(), "\n")}
	for _, fact := range facts() {
		if text := fact.of(s); text != "" {
			suite.Properties = append(suite.Properties, junitProperty{fact.field, text})
		}
	}
	for _, fact := range r.Facts {
		suite.Properties = append(suite.Properties, junitProperty{fact.Field, fact.Text})
	}
	class := "bpcopy." + strings.ReplaceAll(name, ".", "_") // a dot would divide it into packages
	for _, e := range s.Expectations {
		c := junitCase{Name: e.Condition, Class: class, Time: suite.Time}
		if !e.Holds {
			c.Failure = &junitProblem{"does not hold: it is " + e.Actual, "expectation", e.Condition + " does not hold: it is " + e.Actual}
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, c)
	}
	if s.Error != nil && s.Result != "expectation" && !r.AsExpected {
		suite.Cases = append(suite.Cases, junitCase{Name: "the run", Class: class, Time: suite.Time,
			Error: &junitProblem{firstLine(*s.Error), s.Result, *s.Error}})
		suite.Errors++
	}
	suite.Tests = len(suite.Cases)
	return suite
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}

// junitSeconds returns a time as readers of JUnit want it.
func junitSeconds(s float64) string { return strconv.FormatFloat(s, 'f', 6, 64) }
