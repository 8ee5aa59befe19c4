package cmd

import (
	"errors"
	"strings"
	"testing"

	"bpcopy/internal/interrupt"
	"bpcopy/internal/report"
)

// A panic is one line and status 1, and what was begun is undone.
func TestPanic(t *testing.T) {
	for cause, want := range map[any]string{
		"scenario: internal error: no such thing": "internal error: no such thing",
		"index out of range":                      "internal error: index out of range",
		3:                                         "internal error: 3",
	} {
		undone := false
		a := &app{Env: Env{Getenv: func(string) string { return "" }}, run: new(interrupt.Run)}
		err := func() (err error) {
			defer a.recoverInto(&err)
			a.run.Begin(func() { undone = true })
			panic(cause)
		}()
		if err == nil || err.Error() != want || report.StatusOf(err) != report.Failed || !undone {
			t.Errorf("after panic(%v): %v, status %v, undone %v; want %q, %v, true", cause, err, report.StatusOf(err), undone, want, report.Failed)
		}
	}
	a := &app{Env: Env{Getenv: func(string) string { return "all" }}, run: new(interrupt.Run)}
	defer func() {
		if cause := recover(); cause != "cause" {
			t.Errorf("with GOTRACEBACK: recover() = %v; want the panic", cause)
		}
	}()
	var err error
	defer a.recoverInto(&err)
	panic("cause")
}

// One error is one line, whatever is in it; only joined errors are several.
func TestPrintError(t *testing.T) {
	var out strings.Builder
	printError(&out, errors.Join(errors.New("one\nmore"), errors.New("two")))
	if want := "bpcopy: error: one\\u000amore\nbpcopy: error: two\n"; out.String() != want {
		t.Errorf("printError() printed %q; want %q", out.String(), want)
	}
}
