package cmd

import (
	"fmt"
	"os"
	"strings"

	"bpcopy/internal/fold"
	"bpcopy/internal/inert"
)

// say prints a message about the run, broken between words.
func (a *app) say(text string) {
	const prefix = "bpcopy: "
	fmt.Fprintln(a.messages, prefix+a.fold(a.Stderr, inert.Line(text), len(prefix)))
}

// fold returns text in lines that fit the terminal. The first line comes after
// indent columns of other text, and the others are indented by as much. If out
// is no terminal, text stays one line.
func (a *app) fold(out *os.File, text string, indent int) string {
	if !isTerminal(out) {
		return text
	}
	return strings.Join(fold.Lines(text, a.columns()-indent-1), "\n"+strings.Repeat(" ", indent))
}
