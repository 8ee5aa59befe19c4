package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"bpcopy/internal/report"
)

// defaultsName is the variable of the environment that holds flags for every
// copy.
const defaultsName = "BPCOPY_OPTS"

// environmentHelp is shown by --help.
const environmentHelp = `Environment:
  BPCOPY_OPTS     flags for every copy, such as --progress plain --name 'my copy':
                  words with quotes and backslashes as for a shell, nothing expanded.
                  A flag on the command line replaces that flag here
  NO_COLOR        if not empty: no colours. It counts before the others
  FORCE_COLOR     if not empty: escape sequences and colours whatever TERM says,
                  or, if 0 or false, no colours
  CLICOLOR_FORCE  the same, after FORCE_COLOR; 0 says nothing`

// addDefaults sets the flags of a copy that the environment has and the command
// line does not. It returns those that it has set, as on a command line. A flag
// may be repeatable: if the command line has it once, that is all there is of
// it.
func (a *app) addDefaults(flags *pflag.FlagSet) (set []string, err error) {
	words, err := splitWords(a.Getenv(defaultsName))
	if err != nil {
		return nil, usageAbout(defaultsName+":", err)
	}
	// A value that is replaced must be right as well: its turn comes with
	// another command line.
	check := pflag.NewFlagSet(defaultsName, pflag.ContinueOnError)
	check.Usage = func() {}
	new(copyOptions).addFlags(check)
	given := make(map[string]bool)
	flags.Visit(func(f *pflag.Flag) { given[f.Name] = true })
	err = check.ParseAll(words, func(f *pflag.Flag, value string) error {
		if err := check.Set(f.Name, value); err != nil || given[f.Name] {
			return err
		}
		set = append(set, "--"+f.Name)
		return flags.Set(f.Name, value)
	})
	switch {
	case err == pflag.ErrHelp:
		return nil, usagef("%s: want flags of a copy, not --help", defaultsName)
	case err != nil:
		return nil, &usageError{text: fmt.Sprintf("%s: %v", defaultsName, err), hint: flagMeant(check, err)}
	case check.NArg() > 0 || check.ArgsLenAtDash() >= 0:
		return nil, usagef("%s: want flags only, have %q", defaultsName, strings.Join(words, " "))
	}
	return set, nil
}

// withDefaultsNamed returns err, the failures of a copy. A mistake in the flags
// may be one of the environment, so it gets a hint at those that come from
// there.
func withDefaultsNamed(err error, set []string) error {
	return withHints(err, func(failure error) string {
		if len(set) == 0 || report.StatusOf(failure) != report.Usage {
			return ""
		}
		return defaultsName + " adds " + strings.Join(set, ", ")
	})
}
