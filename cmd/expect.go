package cmd

import (
	"fmt"
	"reflect"
	"strings"

	"bpcopy/internal/expect"
	"bpcopy/internal/trace"
)

// expectationError is a copy that succeeded and yet is not what was expected.
type expectationError struct {
	failed []string // in words, one a condition
}

func (e *expectationError) Error() string { return strings.Join(e.failed, "\n") }

func (e *expectationError) messages() []string { return e.failed }

// parseExpectations reads the conditions of --expect over the summary of a copy to
// so many destinations.
func parseExpectations(texts []string, destinations int) ([]expect.Condition, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	fields := summaryFields(destinations)
	conditions := make([]expect.Condition, len(texts))
	for i, text := range texts {
		condition, err := expect.Parse(text, fields)
		if err != nil {
			return nil, usagef("--expect %v", err)
		}
		conditions[i] = condition
	}
	return conditions, nil
}

// judge holds the expectations against the summary of the copy itself, notes what
// came of each and says which do not hold. That is how the run ended if the copy
// succeeded; a failure keeps its own result, which may well be the expected one.
func (c *copyRun) judge(s *trace.Summary) error { return judge(c.expectations, s) }

func judge(expectations []expect.Condition, s *trace.Summary) error {
	if len(expectations) == 0 {
		return nil
	}
	values := summaryValues(s)
	var failed []string
	for _, condition := range expectations {
		verdict := condition.Judge(values)
		s.Expectations = append(s.Expectations,
			trace.Expectation{Condition: condition.String(), Holds: verdict.Holds, Actual: verdict.Actual})
		if !verdict.Holds {
			failed = append(failed, fmt.Sprintf("expectation %q does not hold: %s", condition, verdict.Detail))
		}
	}
	if failed == nil {
		return nil
	}
	err := &expectationError{failed}
	if s.ExitCode == exitOK {
		s.Result, s.ExitCode = result(err)
		s.Error = new(err.Error())
	}
	return err
}

// summaryValues are the values of a summary, as whoever reads --json has them.
func summaryValues(s *trace.Summary) expect.Values {
	object, err := s.JSON()
	if err != nil {
		panic("cmd: internal error: " + err.Error())
	}
	values, err := expect.Decode(object)
	if err != nil {
		panic("cmd: internal error: " + err.Error())
	}
	return values
}

// summaryFields are the fields of the summary of a copy to so many destinations.
func summaryFields(destinations int) expect.Fields {
	example := trace.Summary{Destinations: make([]trace.Destination, destinations)}
	fill(reflect.ValueOf(&example).Elem())
	return expect.NewFields(summaryValues(&example), map[string][]string{
		"result":  results(),
		"conduit": {"memory", "kernel"},
	})
}

// fill gives everything in v a value that is not zero, so that its JSON leaves
// nothing out and has no null. The lengths of lists stay.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	default:
		panic("cmd: internal error: the summary has a " + v.Type().String())
	}
}
