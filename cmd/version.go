package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"bpcopy/internal/report"
	"bpcopy/internal/stream"
	"github.com/spf13/cobra"
)

func newVersionCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and what it was built from",
		Args:  noOperands,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.output, "%s\n%s", versionLine(), nodeLines())
			return report.FileError("write", "-", err)
		},
	}
}

// nodeLines returns a line of text for each line of Node that --node names, with
// the releases that the machine was compared with.
func nodeLines() string {
	var b strings.Builder
	for _, line := range stream.Lines() {
		fmt.Fprintf(&b, "Node %s: compared with %s", line.Name, line.Compared)
		if line.Name == stream.DefaultLine {
			b.WriteString(" (default)")
		}
		b.WriteByte('\n')
	}
	return b.String()
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
