package scenario

import "fmt"

// Error is a mistake in a scenario, for its author to correct.
type Error struct {
	Scenario string // the name that was given to Parse
	Where    string // path of a value, or line and column; empty for the whole
	Problem  string // what was wanted, and what was found
	Err      error  // whose text the problem is, or nil
}

func (e *Error) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("scenario %q: %s", e.Scenario, e.Problem)
	}
	return fmt.Sprintf("scenario %q: %s: %s", e.Scenario, e.Where, e.Problem)
}

// Unwrap returns the error whose text the problem is, or nil.
func (e *Error) Unwrap() error { return e.Err }
