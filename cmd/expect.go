package cmd

import (
	"strings"

	"bpcopy/internal/expect"
	"bpcopy/internal/report"
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
	fields := report.Fields(destinations)
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

// unmet is the error of conditions that do not hold, or nil.
func unmet(failed []string) error {
	if failed == nil {
		return nil
	}
	return &expectationError{failed}
}
