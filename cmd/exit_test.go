package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

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
		a := &app{Env: Env{Getenv: func(string) string { return "" }}, interruption: new(interruption)}
		err := func() (err error) {
			defer a.recoverInto(&err)
			a.begin(func() { undone = true })
			panic(cause)
		}()
		if err == nil || err.Error() != want || result(err) != report.Failed || !undone {
			t.Errorf("after panic(%v): %v, status %v, undone %v; want %q, %v, true", cause, err, result(err), undone, want, report.Failed)
		}
	}
	a := &app{Env: Env{Getenv: func(string) string { return "all" }}, interruption: new(interruption)}
	defer func() {
		if cause := recover(); cause != "cause" {
			t.Errorf("with GOTRACEBACK: recover() = %v; want the panic", cause)
		}
	}()
	var err error
	defer a.recoverInto(&err)
	panic("cause")
}

// One message is one line, whatever is in it; only joined errors are several.
func TestMessages(t *testing.T) {
	one, two := errors.New("one\nmore"), errors.New("two")
	tests := []struct {
		err  error
		want []string
	}{
		{one, []string{"one\nmore"}},
		{errors.Join(one, two), []string{"one\nmore", "two"}},
		{errors.Join(errors.Join(nil, two), one), []string{"two", "one\nmore"}},
		{&failure{errors.Join(one, two)}, []string{"one\nmore", "two"}},
		{&expectationError{[]string{"a\nb", "c"}}, []string{"a\nb", "c"}},
		{fmt.Errorf("wrapped: %w", two), []string{"wrapped: two"}},
		{usagef("%q", strings.Repeat("x", 300)), []string{`"` + strings.Repeat("x", 200) + `…"`}},
		{errors.New(strings.Repeat("x", 300)), []string{strings.Repeat("x", 300)}},
	}
	for _, tt := range tests {
		if got := messages(tt.err); !slices.Equal(got, tt.want) {
			t.Errorf("messages(%q) = %q; want %q", tt.err, got, tt.want)
		}
	}
	var out strings.Builder
	printError(&out, errors.Join(one, two))
	if want := "bpcopy: error: one\\u000amore\nbpcopy: error: two\n"; out.String() != want {
		t.Errorf("printError() printed %q; want %q", out.String(), want)
	}
}
