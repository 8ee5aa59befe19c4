package integration

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/cmd"
	"bpcopy/internal/help"
)

// TestDocumentLinks: a link leads to a file that is there, and to a heading that it has.
func TestDocumentLinks(t *testing.T) {
	all := documents(t)
	count := 0
	for _, d := range all {
		for _, link := range d.links() {
			if strings.Contains(link, "://") {
				continue
			}
			count++
			file, heading, _ := strings.Cut(link, "#")
			target := path.Join(path.Dir(d.name), file)
			if file == "" {
				target = d.name
			}
			if !exists(target) {
				t.Errorf("%s: a link to %s, which there is not", d.name, link)
				continue
			}
			if heading == "" {
				continue
			}
			at := slices.IndexFunc(all, func(other document) bool { return other.name == target })
			if at < 0 || !slices.Contains(all[at].anchors(), heading) {
				t.Errorf("%s: a link to %s, which has no such heading", d.name, link)
			}
		}
	}
	if count < 30 {
		t.Errorf("%d links within the repository; want 30 or more", count)
	}
}

// TestEveryDocumentIsLinked: whoever begins with the README comes to each page.
func TestEveryDocumentIsLinked(t *testing.T) {
	all := documents(t)
	linked := all[0].links()
	for _, d := range all[1:] {
		if path.Dir(d.name) == "docs" && !slices.Contains(linked, d.name) {
			t.Errorf("README.md has no link to %s", d.name)
		}
	}
}

// TestDocumentBlocks: a block says what it is, so that one knows which are run. None
// is only indented.
func TestDocumentBlocks(t *testing.T) {
	languages := []string{"sh", "console", "text", "yaml", "js", "lua"}
	indented := regexp.MustCompile(`(?m)\n\n    .*$`)
	for _, d := range documents(t) {
		if found := indented.FindString(d.prose); found != "" {
			t.Errorf("%s: a block without fences: %s", d.name, strings.TrimSpace(found))
		}
		for _, b := range d.blocks {
			if !slices.Contains(languages, b.language) {
				t.Errorf("%s:%d: a block of %q; want one of %q", d.name, b.line, b.language, languages)
			}
			if b.language == "text" && regexp.MustCompile(`(?m)^(\$ |bpcopy [a-z]+://)`).MatchString(b.text) {
				t.Errorf("%s:%d: a command in a block of text", d.name, b.line)
			}
			for i, note := range b.notes {
				if note == "needs" && i+1 < len(b.notes) {
					break
				}
				if note != "elsewhere" && note != "varies" {
					t.Errorf("%s:%d: note %q; want elsewhere, varies, or needs and programs", d.name, b.line, note)
				}
			}
		}
	}
}

// TestDocumentFlags: every flag and every command of bpcopy that a page names is
// there, and so is every flag of a script of ours.
func TestDocumentFlags(t *testing.T) {
	for _, d := range documents(t) {
		for _, span := range withoutOthers(d).spans() {
			for _, problem := range wrongWords(span) {
				t.Errorf("%s: `%s`: %s", d.name, span, problem)
			}
		}
		for _, b := range d.blocks {
			for _, command := range b.commands() {
				for _, problem := range wrongWords(command) {
					t.Errorf("%s:%d: %s", d.name, b.line, problem)
				}
			}
		}
	}
}

// withoutOthers returns the page without the options of other programs: in
// docs/COMING-FROM.md they are in the first column of each table.
func withoutOthers(d document) document {
	if d.name == "docs/COMING-FROM.md" {
		d.prose = regexp.MustCompile(`(?m)^\|[^|]*\|`).ReplaceAllString(d.prose, "|")
	}
	return d
}

// wrongWords tells which flags and commands in code are not there. A command line of
// another program is its own affair. One that begins with a flag is of any command
// of ours.
func wrongWords(code string) []string {
	var wrong []string
	for _, words := range simpleCommands(code) {
		switch at := slices.Index(words, "bpcopy"); {
		case at >= 0 && words[0] != "go":
			wrong = append(wrong, wrongArguments(words[at+1:])...)
		case len(words) > 2 && words[0] == "go" && words[1] == "run" && words[2] == ".":
			wrong = append(wrong, wrongArguments(words[3:])...)
		case strings.HasPrefix(words[0], "scripts/"):
			wrong = append(wrong, wrongScript(words)...)
		case strings.HasPrefix(words[0], "-"):
			for _, word := range words {
				if isFlag(word) && !slices.ContainsFunc(tree(), func(c *cobra.Command) bool { return flagOf(c, word) != nil }) {
					wrong = append(wrong, "no command has "+word)
				}
			}
		}
	}
	return wrong
}

// tree are bpcopy and all of its commands.
func tree() []*cobra.Command {
	root := cmd.Tree()
	all := []*cobra.Command{root}
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].Commands()...)
	}
	return all
}

// wrongArguments tells what bpcopy would not understand of its arguments.
func wrongArguments(args []string) []string {
	c, operands := cmd.Tree(), 0
	if len(args) > 0 && args[0] == "help" {
		if len(args) > 1 && !slices.ContainsFunc(cmd.Topics(), func(topic help.Topic) bool { return topic.Name == args[1] }) {
			return []string{"bpcopy help has no " + args[1]}
		}
		return nil
	}
	for len(args) > 0 {
		at := slices.IndexFunc(c.Commands(), func(sub *cobra.Command) bool { return sub.Name() == args[0] })
		if at < 0 {
			break
		}
		c, args = c.Commands()[at], args[1:]
	}
	var wrong []string
	for _, arg := range args {
		if arg == "--" {
			break
		}
		if !isFlag(arg) {
			operands++
		} else if flagOf(c, arg) == nil {
			wrong = append(wrong, c.CommandPath()+" has no "+arg)
		}
	}
	if !c.HasParent() && operands == 1 && len(args) == 1 && regexp.MustCompile(`^[a-z]+$`).MatchString(args[0]) {
		wrong = append(wrong, "there is no command "+args[0])
	}
	return wrong
}

// wrongScript tells which flags the text of a script of ours does not have. Those
// for bpcopy may follow.
func wrongScript(words []string) []string {
	content, err := os.ReadFile(filepath.Join(top, words[0]))
	if err != nil {
		return nil // TestDocumentPaths tells of it
	}
	text := string(content)
	if words[0] == "scripts/bench" { // a program has its flags
		text = sources("scripts/benchmark")
	}
	var wrong []string
	for _, word := range words[1:] {
		name, _, _ := strings.Cut(word, "=")
		if isFlag(word) && !strings.Contains(text, name) && !strings.Contains(text, `"`+strings.TrimLeft(name, "-")+`"`) &&
			flagOf(cmd.Tree(), word) == nil {
			wrong = append(wrong, words[0]+" has no "+word)
		}
	}
	return wrong
}

// sources is the text of all files of Go in a folder.
func sources(folder string) string {
	var all strings.Builder
	files, _ := filepath.Glob(filepath.Join(top, folder, "*.go")) // the pattern is right
	for _, file := range files {
		content, _ := os.ReadFile(file) // one that cannot be read has no flags
		all.Write(content)
	}
	return all.String()
}

// isFlag tells a flag from an operand and from punctuation.
func isFlag(word string) bool {
	return regexp.MustCompile(`^(-[a-zA-Z]|--[a-z][a-z-]*(=.*)?)$`).MatchString(word)
}

// flagOf returns the flag of a command that word is, or nil.
func flagOf(c *cobra.Command, word string) *pflag.Flag {
	name, isLong := strings.CutPrefix(word, "--")
	if isLong {
		name, _, _ = strings.Cut(name, "=")
		return c.Flag(name)
	}
	if name = strings.TrimPrefix(word, "-"); name == "h" {
		return c.Flag("help")
	}
	return c.Flags().ShorthandLookup(name)
}

// TestEveryFlagIsDocumented: what a command can do is told on a page, too.
func TestEveryFlagIsDocumented(t *testing.T) {
	var text strings.Builder
	for _, d := range documents(t) {
		if path.Dir(d.name) == "docs" {
			text.WriteString(d.text)
		}
	}
	for _, c := range tree() {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			named := regexp.MustCompile(`(?m)[^a-z-]--` + flag.Name + `\b`)
			short := regexp.MustCompile("[ `]-" + flag.Shorthand + "[ `]")
			if !flag.Hidden && !named.MatchString(text.String()) && (flag.Shorthand == "" || !short.MatchString(text.String())) {
				t.Errorf("docs: nothing tells of %s --%s", c.CommandPath(), flag.Name)
			}
		})
	}
}

// TestDocumentPaths: a file of the repository that a page names is there.
func TestDocumentPaths(t *testing.T) {
	ours := regexp.MustCompile(`^(\./)?(scripts|docs|internal|testdata|cmd|\.ci)/[^ ]*$`)
	source := regexp.MustCompile(`^[a-z]+/[a-z_/]+\.(go|js|mjs|md)$`) // in internal, where ARCHITECTURE.md is short
	count := 0
	check := func(where, code string) {
		for _, words := range simpleCommands(code) {
			for _, word := range words {
				name := strings.ReplaceAll(word, "NAME", "*")
				isOurs := ours.MatchString(name)
				if !isOurs && !source.MatchString(name) {
					continue
				}
				count++
				if !exists(name) && (isOurs || !exists("internal/"+name)) {
					t.Errorf("%s: there is no %s", where, word)
				}
			}
		}
	}
	for _, d := range documents(t) {
		for _, span := range d.spans() {
			check(d.name, span)
		}
		for _, b := range d.blocks {
			for _, command := range b.commands() {
				check(d.name, command)
			}
		}
	}
	if count < 100 {
		t.Errorf("%d paths in the documents; want 100 or more", count)
	}
}

// TestManualPagesAreNamedRight: a page of the manual is that of a command.
func TestManualPagesAreNamedRight(t *testing.T) {
	page := regexp.MustCompile(`bpcopy-?([a-z]*)\(1\)`)
	for _, d := range documents(t) {
		for _, match := range page.FindAllStringSubmatch(d.text, -1) {
			known := func(c *cobra.Command) bool { return c.Name() == match[1] }
			if match[1] != "" && !slices.ContainsFunc(tree(), known) {
				t.Errorf("%s: there is no page %s", d.name, match[0])
			}
		}
	}
}

// TestSpeedIsToldInOnePlace: docs/BENCHMARK.md says how fast bpcopy is, and
// docs/LIMITS.md what was tried for that. A figure elsewhere would grow old unseen.
func TestSpeedIsToldInOnePlace(t *testing.T) {
	ratio := regexp.MustCompile(`\b\d\.\d+ (of|and \d\.\d+ of) (the (time|CPU|wall)|[a-zA-Z]+'s)|\b\d+(\.\d+)? times (as fast|faster)`)
	for _, d := range documents(t) {
		found := ratio.FindString(strings.Join(strings.Fields(d.prose), " "))
		switch {
		case d.name == "docs/LIMITS.md" && found == "":
			t.Error("docs/LIMITS.md has no ratio of those that other pages may not have")
		case d.name == "docs/BENCHMARK.md":
			if !regexp.MustCompile(`(?i)\bcommit:? \S*[0-9a-f.]{3,}`).MatchString(d.prose) || !regexp.MustCompile(`date: \d{4}-\d\d-\d\d`).MatchString(d.prose) {
				t.Error("docs/BENCHMARK.md does not say of which commit it is, and of which day")
			}
		case d.name != "docs/LIMITS.md" && found != "":
			t.Errorf("%s: %q: that belongs to docs/BENCHMARK.md", d.name, found)
		}
	}
}

// TestReadmeIsShort: who sees bpcopy for the first time reads a screen and a half.
func TestReadmeIsShort(t *testing.T) {
	readme := documents(t)[0]
	if lines := strings.Count(readme.text, "\n"); lines > 90 {
		t.Errorf("README.md has %d lines; want 90 at most", lines)
	}
}

// TestWrongWords: what the tests above are to find, they find.
func TestWrongWords(t *testing.T) {
	for code, want := range map[string]int{
		"bpcopy --rate 1M a b":                       0,
		"bpcopy --ratte 1M a b":                      1,
		"bpcopy -Z a b | bpcopy --down x - -":        2,
		"bpcopy copie":                               1,
		"bpcopy help unit":                           1,
		"bpcopy help units":                          0,
		"bpcopy proxy --down stall A B -- x --none":  0,
		"bpcopy demo --rate 1M":                      1,
		"FOO=bar bpcopy --expect 'a --b' -":          0,
		"--down":                                     0,
		"-H 1M --lowwater 3":                         1,
		"cp --reflink=never":                         0,
		"scripts/bench --long":                       1,
		"scripts/bench --short":                      0,
		"scripts/ci/slow-reader --expect x":          0,
		"go run . --nothing a b # bpcopy --comments": 1,
	} {
		if got := wrongWords(code); len(got) != want {
			t.Errorf("%s: %q; want %d", code, got, want)
		}
	}
}
