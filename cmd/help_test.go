package cmd

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"bpcopy/internal/help"
)

// everyCommand calls visit with c and all commands below it.
func everyCommand(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		everyCommand(sub, visit)
	}
}

// What -h prints fits a screen, of every command.
func TestScreensFit(t *testing.T) {
	const most, widest = 40, 80
	everyCommand(Tree(), func(c *cobra.Command) {
		lines := strings.Split(strings.TrimSuffix(help.Screen(c, Topics()), "\n"), "\n")
		if len(lines) > most {
			t.Errorf("%s -h has %d lines; want at most %d", c.CommandPath(), len(lines), most)
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > widest {
				t.Errorf("%s -h: %q has %d characters; want at most %d", c.CommandPath(), line, n, widest)
			}
		}
	})
}

// Everything that a command has is in what --help prints: its flags, each once.
func TestFullHelpIsFull(t *testing.T) {
	everyCommand(Tree(), func(c *cobra.Command) {
		text := help.Full(c, Topics(), 0)
		for _, section := range help.Sections(c) {
			for _, flag := range section.Flags {
				if want := "\n  " + help.Spelling(flag); strings.Count(text, want+" ") != 1 {
					t.Errorf("%s --help has %q %d times; want 1", c.CommandPath(), want, strings.Count(text, want+" "))
				}
			}
		}
	})
}

// No two topics, and no topic and no command, have the same name.
func TestTopicNames(t *testing.T) {
	names := make(map[string]bool)
	for _, c := range Tree().Commands() {
		names[c.Name()] = true
	}
	for _, topic := range Topics() {
		if names[topic.Name] {
			t.Errorf("there are two %q", topic.Name)
		}
		names[topic.Name] = true
	}
}
