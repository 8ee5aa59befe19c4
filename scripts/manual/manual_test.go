package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"bpcopy/cmd"
	"bpcopy/internal/help"
)

// write writes the manual of the program and returns its directory.
func write(t *testing.T) string {
	t.Helper()
	t.Chdir("../..")
	dir := filepath.Join(t.TempDir(), "man")
	if err := run("v1.2.3", "2026-01-31", []string{dir}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Every command has a page, and in it is every flag, section and topic.
func TestPages(t *testing.T) {
	dir := write(t)
	root := cmd.Tree()
	for _, c := range append([]*cobra.Command{root}, help.Commands(root)...) {
		content, err := os.ReadFile(filepath.Join(dir, pageName(c)+".1"))
		if err != nil {
			t.Error(err)
			continue
		}
		page := string(content)
		for _, section := range help.Sections(c) {
			for _, flag := range section.Flags {
				if want := `\-\-` + escape(flag.Name); !strings.Contains(page, "\n"+`\fB`+want) && !strings.Contains(page, ", "+want) {
					t.Errorf("%s: there is no --%s", pageName(c), flag.Name)
				}
			}
		}
		for _, want := range []string{".TH " + strings.ToUpper(escape(pageName(c))) + " 1 2026-01-31 \"bpcopy v1.2.3\" ", ".SH NAME\n", ".SH OPTIONS\n"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: there is no %q", pageName(c), want)
			}
		}
	}
	content, err := os.ReadFile(filepath.Join(dir, "bpcopy.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"SCRIPTS", "CONDITIONS", "UNITS", "EXIT STATUS", "FILES", "ENVIRONMENT", "DATA", "SECURITY", "EXAMPLES", "SEE ALSO"} {
		if n := strings.Count(string(content), "\n.SH "+title+"\n"); n != 1 {
			t.Errorf("bpcopy: %d sections %q; want 1", n, title)
		}
	}
	if strings.Contains(string(content), "Exit status:") {
		t.Error("bpcopy: the exit statuses are told twice")
	}
}

// Homebrew wants every page by its name.
func TestPagesAreReleased(t *testing.T) {
	dir := write(t)
	config, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if want := "- man/" + page.Name() + ".gz\n"; !strings.Contains(string(config), want) {
			t.Errorf(".goreleaser.yaml has no %q among the manpages of the cask", want)
		}
	}
	if n := strings.Count(string(config), "- man/"); n != len(pages) {
		t.Errorf(".goreleaser.yaml has %d manpages for the cask; want %d", n, len(pages))
	}
}

// Notes are on commands that there are.
func TestNotesHaveACommand(t *testing.T) {
	root := cmd.Tree()
	known := []string{root.Name()}
	for _, c := range root.Commands() {
		known = append(known, c.Name())
	}
	for name := range notes("") {
		if !slices.Contains(known, name) {
			t.Errorf("there are notes on %q, which is no command", name)
		}
	}
}

// The programs that show pages find nothing wrong with them.
func TestPagesAreClean(t *testing.T) {
	dir := write(t)
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("pages = %q, %v", pages, err)
	}
	checks := map[string]func(page string) *exec.Cmd{
		"mandoc": func(page string) *exec.Cmd { return exec.Command("mandoc", "-T", "lint", page) },
		"groff": func(page string) *exec.Cmd {
			return exec.Command("groff", "-man", "-ww", "-K", "utf8", "-T", "utf8", "-z", page)
		},
	}
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skip(err)
			}
			for _, page := range pages {
				if out, err := check(page).CombinedOutput(); err != nil || len(out) > 0 {
					t.Errorf("%s: %v\n%s", filepath.Base(page), err, out)
				}
			}
		})
	}
}

func TestSection(t *testing.T) {
	const text = `One's
text.

Table:
  a     one
        and more
  -b c  two
  alone

  ./run \n

.end`
	const want = `.SH A \- B
One\(aqs text.
.PP
Table:
.PP
.PD 0
.TP 7
\fBa\fR
one and more
.TP 7
\fB\-b c\fR
two
.TP 7
\fBalone\fR
\&
.PD
.PP
.RS 2
.nf
\&./run \en
.fi
.RE
.PP
\&.end
`
	var p page
	p.section("A - B", text)
	if got := p.String(); got != want {
		t.Errorf("section() =\n%s; want\n%s", got, want)
	}
}

func TestSections(t *testing.T) {
	got := sections("FIRST", "one\n\nExit status:\n  0  fine\n\ntwo: three\n\nExit status: 1 bad")
	want := []section{{"FIRST", "one\n\ntwo: three"}, {"EXIT STATUS", "  0  fine"}, {"EXIT STATUS", "1 bad"}}
	if !slices.Equal(got, want) {
		t.Errorf("sections() = %q; want %q", got, want)
	}
}

// A mistake on the command line is one, and nothing is written.
func TestRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"2026-01-31"}, {"2026-01-31", "a", "b"}, {"today", "a"}} {
		if err := run("", args[0], args[1:]); err == nil {
			t.Errorf("run(%q) succeeded", args)
		}
	}
	if _, err := os.Stat("a"); err == nil {
		t.Error("a directory was made")
	}
}
