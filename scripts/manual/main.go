// Command manual writes the pages of the manual, one for each command, in the language of
// man(7):
//
//	go run ./scripts/manual [-version VERSION] [-date YYYY-MM-DD] DIRECTORY
//
// It runs where the module begins. What a page tells of operands, flags and exit
// statuses is what the command itself declares; notes.go adds what the help has
// no room for. The same arguments give the same bytes.
//
// # Words
//
//   - page: the manual of one command.
//   - section: a part of a page under a title in capitals.
//   - block: a paragraph, a table or lines that stay as they are. Texts of
//     commands are read as blocks by how they are indented.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bpcopy/cmd"
	"bpcopy/internal/help"
)

func main() {
	version := flag.String("version", "(devel)", "the version that the pages are for")
	date := flag.String("date", "1970-01-01", "the day of that version")
	flag.Parse()
	if err := run(*version, *date, flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "manual: %v\n", err)
		os.Exit(1)
	}
}

// run writes the pages into the directory that args has, and makes that.
func run(version, date string, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one DIRECTORY, have %q", args)
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return fmt.Errorf("-date %q: want a day such as 2026-01-31", date)
	}
	scenario, err := scenarioFields()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(args[0], 0o777); err != nil {
		return err
	}
	for name, page := range pages(cmd.Tree(), cmd.Topics(), notes(scenario), version, date) {
		if err := os.WriteFile(filepath.Join(args[0], name), page, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// scenarioFields returns what the head of the program that compares with Node
// tells of the fields of a scenario. It is the only list of them.
func scenarioFields() (string, error) {
	const path, begin = "testdata/node/oracle.mjs", "// Scenario fields"
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	_, list, ok := strings.Cut(string(source), begin)
	if !ok {
		return "", errors.New(path + ": there is no list of fields")
	}
	_, list, _ = strings.Cut(list, "\n")
	var b strings.Builder
	for line := range strings.Lines(list) {
		text, ok := strings.CutPrefix(line, "//")
		if !ok || strings.TrimSpace(text) == "" {
			break
		}
		b.WriteString(strings.TrimPrefix(text, " "))
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// pages returns the pages of root and of its commands, by the names of their
// files.
func pages(root *cobra.Command, topics []help.Topic, notes map[string][]section, version, date string) map[string][]byte {
	all := make(map[string][]byte)
	commands := append([]*cobra.Command{root}, help.Commands(root)...)
	for _, c := range commands {
		var p page
		p.head(c, version, date)
		p.command(c, topics, notes[c.Name()])
		p.seeAlso(c, commands)
		all[pageName(c)+".1"] = bytes.Clone(p.Bytes())
	}
	return all
}

// pageName returns the name of the page of a command: bpcopy-proxy.
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }
