package integration

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// top is where the repository begins, from the folder that tests run in.
const top = "../.."

// A document is a page of Markdown that people read.
type document struct {
	name   string // from the top
	text   string
	prose  string // the text without its blocks
	blocks []block
}

// A block is what stands between fences.
type block struct {
	line     int      // of its first fence
	language string   // the word after the fence
	notes    []string // and the others
	text     string
}

// documents returns what users and contributors read. Of the changelog that is
// what is not released yet: what was true of a release stays as it is.
func documents(t *testing.T) []document {
	t.Helper()
	files := []string{"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}
	pages, err := filepath.Glob(filepath.Join(top, "docs", "*.md"))
	if err != nil || len(pages) < 9 {
		t.Fatalf("docs has %d pages, %v; want 9 or more", len(pages), err)
	}
	for _, page := range pages {
		files = append(files, "docs/"+filepath.Base(page))
	}
	var all []document
	for _, name := range files {
		content, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		if name == "CHANGELOG.md" {
			_, text, _ = strings.Cut(text, "\n## [Unreleased]\n")
			text, _, _ = strings.Cut(text, "\n## [")
		}
		all = append(all, parseDocument(name, text))
	}
	return all
}

// parseDocument finds the blocks of a page.
func parseDocument(name, text string) document {
	d := document{name: name, text: text}
	var prose, inside strings.Builder
	var open *block
	number := 0
	for line := range strings.Lines(text) {
		number++
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case !isFence && open == nil:
			prose.WriteString(line)
		case !isFence:
			inside.WriteString(line)
		case open == nil:
			open = &block{line: number}
			if words := strings.Fields(fence); len(words) > 0 {
				open.language, open.notes = words[0], words[1:]
			}
			inside.Reset()
		default:
			open.text = inside.String()
			d.blocks = append(d.blocks, *open)
			open = nil
		}
	}
	d.prose = prose.String()
	return d
}

var (
	codeSpan = regexp.MustCompile("`([^`]+)`")
	linkSpan = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ +(.*)$`)
)

// spans are what stands in code quotes in the prose. One may go on in the next line.
// A bar in a table has a backslash before it.
func (d document) spans() []string {
	var all []string
	for _, match := range codeSpan.FindAllStringSubmatch(d.prose, -1) {
		all = append(all, strings.ReplaceAll(strings.Join(strings.Fields(match[1]), " "), `\|`, "|"))
	}
	return all
}

// links are where the links of the prose lead, pictures included.
func (d document) links() []string {
	var all []string
	for _, match := range linkSpan.FindAllStringSubmatch(codeSpan.ReplaceAllString(d.prose, "code"), -1) {
		all = append(all, match[1])
	}
	return all
}

// anchors are the names by which GitHub finds the headings.
func (d document) anchors() []string {
	var all []string
	for _, match := range heading.FindAllStringSubmatch(d.prose, -1) {
		all = append(all, anchor(match[1]))
	}
	return all
}

// anchor is the name of a heading: in lower case, with a hyphen for each space and
// without signs.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(heading))
}

// commands are the commands of a block, without what they print: of a console
// those after its prompts, and of a script all of it. What bpcopy does not know, as
// is shown, is left out.
func (b block) commands() []string {
	switch b.language {
	case "sh", "yaml":
		return []string{b.text}
	case "console":
		var all []string
		for _, step := range b.steps() {
			if !strings.Contains(step.printed, "bpcopy: error: unknown flag: ") {
				all = append(all, step.command)
			}
		}
		return all
	}
	return nil
}

// A step is a command of a console, and what it printed.
type step struct{ command, printed string }

// steps returns the commands of a console. One goes on in the next line after a
// backslash.
func (b block) steps() []step {
	var all []step
	more := false
	for line := range strings.Lines(b.text) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case isCommand:
			all = append(all, step{command: command})
		case len(all) == 0:
			return []step{{command: "a console begins with a prompt\n"}}
		case more:
			all[len(all)-1].command += line
		default:
			all[len(all)-1].printed += line
			continue
		}
		more = strings.HasSuffix(line, "\\\n")
	}
	return all
}

// simpleCommands splits a line of a shell, or a script, into the words of its
// commands. Of what shells know, it knows quotes, comments, and what ends a command.
func simpleCommands(script string) [][]string {
	var all [][]string
	var words []string
	var word strings.Builder
	begun := false
	endWord := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	endCommand := func() {
		endWord()
		if len(words) > 0 {
			all = append(all, words)
		}
		words = nil
	}
	runes := []rune(script)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '\\' && i+1 < len(runes):
			i++
			if runes[i] != '\n' {
				word.WriteRune(runes[i])
				begun = true
			}
		case r == '\'' || r == '"':
			begun = true
			for i++; i < len(runes) && runes[i] != r; i++ {
				word.WriteRune(runes[i])
			}
		case r == '#' && !begun:
			for i+1 < len(runes) && runes[i+1] != '\n' {
				i++
			}
		case strings.ContainsRune("\n|;&()", r):
			endCommand()
		case unicode.IsSpace(r):
			endWord()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	endCommand()
	return all
}

// exists tells whether a file or folder is there, by a path that may have a * in it.
func exists(name string) bool {
	found, err := filepath.Glob(filepath.Join(top, path.Clean(name)))
	return err == nil && len(found) > 0
}
