package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"bpcopy/internal/report"
	"github.com/spf13/cobra"
)

func newVersionCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and what it was built from",
		Args:  noOperands,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.output, versionLine())
			return report.FileError("write", "-", err)
		},
	}
}

// noOperands fails if there is an operand.
func noOperands(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s: want no operand, have %q", cmd.Name(), args[0])
	}
	return nil
}

// versionLine returns the version, the revision and the platform, as the Go
// toolchain wrote them into the program.
func versionLine() string {
	version, revision := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = " " + s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				revision += " (modified)"
			}
		}
	}
	return fmt.Sprintf("bpcopy %s%s %s %s/%s", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
