package main

import (
	"regexp"
	"strings"
)

// A section is a text under a title.
type section struct{ title, text string }

// sections reads the long text of a command. A paragraph that begins with a name
// of a section and a colon is that section, and the rest has the title of the
// first one.
func sections(title, text string) []section {
	titles := map[string]string{"Exit status": "EXIT STATUS", "Environment": "ENVIRONMENT"}
	all := []section{{title: title}}
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		name, rest, found := strings.Cut(paragraph, ":")
		if found && titles[name] != "" {
			all = append(all, section{titles[name], strings.Trim(strings.TrimPrefix(rest, " "), "\n")})
			continue
		}
		all[0].text = strings.TrimPrefix(all[0].text+"\n\n"+paragraph, "\n\n")
	}
	return all
}

// A block is a part of a text.
type block struct {
	lines []string // as they were written, without their common indentation
	items []item   // of a table, in place of lines
	kept  bool     // lines keep their ends
}

// An item is a word and what is said of it.
type item struct{ word, said string }

// blocks reads a text: lines without indentation are a paragraph, and others
// are a table or, if no line has two columns, lines that stay as they are.
func blocks(text string) []block {
	var all []block
	begins := true
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" {
			begins = true
			continue
		}
		kept := strings.HasPrefix(line, " ")
		if last := len(all) - 1; begins || all[last].kept != kept {
			all = append(all, block{kept: kept})
		}
		last := len(all) - 1
		all[last].lines = append(all[last].lines, line)
		begins = false
	}
	for i := range all {
		if all[i].kept {
			all[i].items = items(all[i].lines)
		}
	}
	return all
}

// twoColumns matches a line of a table with both columns.
var twoColumns = regexp.MustCompile(`^(\s+)(\S.*?)\s{2,}(\S.*)$`)

// items reads the lines of a table. What is indented more than the first word
// goes on with what was said before. Lines that are no table have no items.
func items(lines []string) []item {
	indent := len(lines[0]) - len(strings.TrimLeft(lines[0], " "))
	var all []item
	isTable := false
	for _, line := range lines {
		text := strings.TrimLeft(line, " ")
		columns := twoColumns.FindStringSubmatch(line)
		switch {
		case len(line)-len(text) > indent && len(all) > 0:
			all[len(all)-1].said += " " + text
		case columns != nil:
			all = append(all, item{columns[2], columns[3]})
			isTable = true
		default:
			all = append(all, item{word: text})
		}
	}
	if !isTable {
		return nil
	}
	return all
}
