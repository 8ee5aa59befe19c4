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

// flagError returns the usage error of flags that cannot be read, or the wish for
// help.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return pflag.ErrHelp
	}
	return &usageError{text: err.Error(), hint: flagMeant(cmd.Flags(), err)}
}

// flagMeant returns a hint at the flag that was probably meant, if err says that
// a flag is not known, or "".
func flagMeant(flags *pflag.FlagSet, err error) string {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return ""
	}
	typed := unknown.GetSpecifiedShortnames() // of a long flag with only one dash
	if typed == "" {
		typed = unknown.GetSpecifiedName()
	}
	var known []string
	flags.VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	return nearest.Hint(typed, "--", known)
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

// topicMeant returns a hint at the topic of help that was probably meant, or "".
func topicMeant(root *cobra.Command, typed string) string {
	var known []string
	for _, topic := range Topics() {
		known = append(known, topic.Name)
	}
	return nearest.Hint(typed, root.Name()+" help ", known)
}

// withCommandMeant returns err, the failures of a copy, with a hint if there is
// no such source and a command was probably meant.
func withCommandMeant(err error, root *cobra.Command) error {
	return withHints(err, func(failure error) string {
		missing, ok := failure.(*endpoint.Error)
		if !ok || missing.Side != side.Source || missing.Op != "open" || !errors.Is(missing, fs.ErrNotExist) {
			return ""
		}
		return commandMeant(root, missing.Operand)
	})
}

// withHints returns err, or all failures in it, each with its hint if that is
// not "".
func withHints(err error, hintFor func(failure error) string) error {
	var failures report.Failures
	for _, failure := range report.Of(err).Unwrap() {
		if hint := hintFor(failure); hint != "" {
			failure = &hinted{failure, hint}
		}
		failures.Add(failure)
	}
	return failures.Err()
}

// hinted is a failure with one more hint.
type hinted struct {
	error
	hint string
}

// ExitStatus returns the status of the failure.
func (h *hinted) ExitStatus() report.Status { return report.StatusOf(h.error) }

// Unwrap returns the failure.
func (h *hinted) Unwrap() error { return h.error }

// Hint returns the hint.
func (h *hinted) Hint() string { return h.hint }
