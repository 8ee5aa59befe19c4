package cmd

import (
	"bpcopy/internal/expect"
	"bpcopy/internal/report"
)

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
