package cmd

import (
	"bpcopy/internal/expect"
	"bpcopy/internal/report"
)

// parseConditions reads the conditions of --expect, for a copy to that many
// destinations through that many stages.
func parseConditions(texts []string, destinations, stages int) ([]expect.Condition, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	return parseConditionsOver(report.Fields(destinations, stages), texts)
}

// parseConditionsOver reads conditions over these fields.
func parseConditionsOver(fields expect.Fields, texts []string) ([]expect.Condition, error) {
	conditions := make([]expect.Condition, len(texts))
	for i, text := range texts {
		condition, err := expect.Parse(text, fields)
		if err != nil {
			return nil, usageAbout("--expect", err)
		}
		conditions[i] = condition
	}
	return conditions, nil
}
