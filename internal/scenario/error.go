package scenario

import "fmt"

// Error is what is wrong with a scenario: its author can mend it.
type Error struct {
	Scenario string // its name, as given to Parse
	Where    string // the path of a value, or a line and column; empty for the whole
	Problem  string // what was found and what was expected
}

func (e *Error) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("scenario %q: %s", e.Scenario, e.Problem)
	}
	return fmt.Sprintf("scenario %q: %s: %s", e.Scenario, e.Where, e.Problem)
}
