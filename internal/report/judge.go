package report

import (
	"fmt"

	"bpcopy/internal/expect"
)

// Judge holds the conditions against the summary of the copy itself, notes what
// came of each and says in words which do not hold. That is how the run ended if
// the copy succeeded; a failure keeps its own result, which may well be the expected
// one.
func (s *Summary) Judge(conditions []expect.Condition) (unmet []string) {
	if len(conditions) == 0 {
		return nil
	}
	values := s.values()
	for _, condition := range conditions {
		verdict := condition.Judge(values)
		s.Expectations = append(s.Expectations,
			Expectation{Condition: condition.String(), Holds: verdict.Holds, Actual: verdict.Actual})
		if !verdict.Holds {
			unmet = append(unmet, fmt.Sprintf("expectation %q does not hold: %s", condition, verdict.Detail))
		}
	}
	if unmet != nil && s.ExitCode == int(OK) {
		var failures Failures
		failures.AddUnmet(unmet)
		s.End(&failures)
	}
	return unmet
}

// values are those that whoever reads the JSON has.
func (s *Summary) values() expect.Values {
	object, err := s.JSON()
	if err != nil {
		panic("report: internal error: " + err.Error())
	}
	values, err := expect.Decode(object)
	if err != nil {
		panic("report: internal error: " + err.Error())
	}
	return values
}
