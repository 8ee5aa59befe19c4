package cmd

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/nearest"
	"bpcopy/internal/report"
	"bpcopy/internal/side"
)

// flagError returns the usage error of flags that cannot be read. If a flag is
// not known, the hint is the one that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	usage := &usageError{text: err.Error()}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		typed := unknown.GetSpecifiedShortnames() // of a long flag with only one dash
		if typed == "" {
			typed = unknown.GetSpecifiedName()
		}
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		usage.hint = nearest.Hint(typed, "--", known)
	}
	return usage
}

// commandMeant returns a hint at the command that was probably meant by an
// operand, or "".
func commandMeant(root *cobra.Command, operand string) string {
	var known []string
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() {
			known = append(known, cmd.Name())
		}
	}
	return nearest.Hint(operand, root.Name()+" ", known)
}

// withCommandMeant returns err, the failures of a copy, with a hint if there is
// no such source and a command was probably meant.
func withCommandMeant(err error, root *cobra.Command) error {
	var failures report.Failures
	for _, failure := range report.Of(err).Unwrap() {
		missing, ok := failure.(*endpoint.Error)
		if ok && missing.Side == side.Source && missing.Op == "open" && errors.Is(missing, fs.ErrNotExist) {
			failure = &hinted{missing, commandMeant(root, missing.Operand)}
		}
		failures.Add(failure)
	}
	return failures.Err()
}

// hinted is a failure with a hint.
type hinted struct {
	error
	hint string
}

// Unwrap returns the failure.
func (h *hinted) Unwrap() error { return h.error }

// Hint returns the hint, or "".
func (h *hinted) Hint() string { return h.hint }
