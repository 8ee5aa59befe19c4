package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"bpcopy/internal/report"
	"bpcopy/internal/stream"
)

func newVersionCmd(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version [flags]",
		Short: "Print the version and what it was built from",
		Args:  noOperands,
		RunE: func(*cobra.Command, []string) error {
			text := versionLine() + "\n" + nodeLines()
			if asJSON {
				text = versionJSON()
			}
			_, err := io.WriteString(a.output, text)
			return report.FileError("write", "-", err)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print an object")
	return cmd
}

// printVersion is what `bpcopy --version` does.
func (a *app) printVersion() error {
	_, err := fmt.Fprintln(a.output, versionLine())
	return report.FileError("write", "-", err)
}

// nodeLines returns a line of text for each line of Node that --node names, with
// the releases that the machine was compared with.
func nodeLines() string {
	var b strings.Builder
	for _, node := range thisBuild().Node {
		fmt.Fprintf(&b, "Node %s: compared with %s", node.Line, node.Compared)
		if node.Default {
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

// build is what a program was built from, as the Go toolchain wrote it into it.
type build struct {
	Schema   string      `json:"schema"`
	Version  string      `json:"version"`  // "(devel)" for one that is no release
	Revision *string     `json:"revision"` // of the repository, null where that is not known
	Modified bool        `json:"modified"` // beyond the revision
	Go       string      `json:"go"`
	OS       string      `json:"os"`
	Arch     string      `json:"arch"`
	Node     []builtNode `json:"node"`
}

// builtNode is a line of Node whose rules the program knows.
type builtNode struct {
	Line     string `json:"line"`
	Compared string `json:"compared"`
	Default  bool   `json:"default"`
}

// thisBuild returns what the program was built from.
func thisBuild() build {
	b := build{Schema: "bpcopy.version/1", Version: "(devel)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	for _, line := range stream.Lines() {
		b.Node = append(b.Node, builtNode{line.Name, line.Compared, line.Name == stream.DefaultLine})
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = &s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// versionLine returns the version, the revision and the platform.
func versionLine() string {
	b := thisBuild()
	revision := ""
	if b.Revision != nil {
		revision = " " + *b.Revision
	}
	if b.Modified {
		revision += " (modified)"
	}
	return fmt.Sprintf("bpcopy %s%s %s %s/%s", b.Version, revision, b.Go, b.OS, b.Arch)
}

// versionJSON returns the same, and the lines of Node, as an object.
func versionJSON() string {
	line, err := json.Marshal(thisBuild())
	if err != nil {
		panic("cmd: internal error: " + err.Error()) // it has only texts
	}
	return string(line) + "\n"
}
