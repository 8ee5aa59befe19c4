package report

import (
	"fmt"

	"bpcopy/internal/expect"
)

// Judge checks the conditions against the summary and appends an [Expectation]
// for each. It returns a message for each condition that does not hold.
//
// If one does not hold and the copy has succeeded, the result in the summary
// becomes "expectation". A copy that has failed keeps its result, since a
// condition may expect just that.
func (s *Summary) Judge(conditions []expect.Condition) (unmet []string) {
	if len(conditions) == 0 {
		return nil
	}
	s.Expectations, unmet = judge(s, conditions)
	if unmet != nil && s.ExitCode == int(OK) {
		var failures Failures
		failures.AddUnmet(unmet)
		s.End(&failures)
	}
	return unmet
}

// judge checks the conditions against a summary object. It also returns a
// message for each condition that does not hold.
func judge(summary any, conditions []expect.Condition) (all []Expectation, unmet []string) {
	values := valuesOf(summary)
	for _, condition := range conditions {
		verdict := condition.Judge(values)
		all = append(all, Expectation{Condition: condition.String(), Holds: verdict.Holds, Actual: verdict.Actual})
		if !verdict.Holds {
			unmet = append(unmet, fmt.Sprintf("expectation %q does not hold: %s", condition, verdict.Detail))
		}
	}
	return all, unmet
}

// valuesOf returns the values of the fields of a summary object, as they are in
// its JSON.
func valuesOf(summary any) expect.Values {
	object, err := line(summary)
	if err != nil {
		panic("report: internal error: " + err.Error())
	}
	values, err := expect.Decode(object)
	if err != nil {
		panic("report: internal error: " + err.Error())
	}
	return values
}
