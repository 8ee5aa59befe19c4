package house_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestPackageComments wants one comment in each package that gives its
// contract, where everyone looks for it.
func TestPackageComments(t *testing.T) {
	tree := parseTree(t)
	for _, folder := range slices.Sorted(maps.Keys(tree.packages)) {
		files := tree.packages[folder]
		name := files[0].Name.Name
		want := "Package " + name
		if name == "main" {
			want = "Command bpcopy"
			if folder != "." {
				want = "Command " + path.Base(folder)
			}
		}
		var comments []*ast.CommentGroup
		for _, file := range files {
			if file.Doc.Text() != "" {
				comments = append(comments, file.Doc)
			}
		}
		switch {
		case len(comments) == 0:
			t.Errorf("package in %s has no package comment; want one starting %q", folder, want)
		case len(comments) > 1:
			t.Errorf("%s: package has a second package comment; want one", tree.position(comments[1]))
		case !startsWithWord(comments[0].Text(), want):
			t.Errorf("%s: package comment does not start with %q", tree.position(comments[0]), want)
		}
	}
}

// TestExportedNamesAreDocumented is about what other packages see: exported
// types, functions, constants and variables, and the methods of exported types.
func TestExportedNamesAreDocumented(t *testing.T) {
	tree := parseTree(t)
	for _, folder := range slices.Sorted(maps.Keys(tree.packages)) {
		for _, file := range tree.packages[folder] {
			for _, complaint := range undocumented(tree.positions, file) {
				t.Error(complaint)
			}
		}
	}
}

// undocumented returns a line for each exported name in file without a comment,
// or with one that does not start with the name.
func undocumented(positions *token.FileSet, file *ast.File) []string {
	var complaints []string
	complain := func(at ast.Node, what, name, want string) {
		complaints = append(complaints, fmt.Sprintf("%v: %s %s: want a comment %s", positions.Position(at.Pos()), what, name, want))
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			name := decl.Name.Name
			if exportedFunc(decl) && !startsWithWord(decl.Doc.Text(), name) {
				complain(decl, "func", name, "starting with its name")
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					name := spec.Name.Name
					if spec.Name.IsExported() && !namesType(specDoc(decl, spec.Doc), name) {
						complain(spec, "type", name, "starting with its name")
					}
				case *ast.ValueSpec:
					own := spec.Doc.Text() + spec.Comment.Text()
					if own == "" && decl.Doc.Text() == "" && slices.ContainsFunc(spec.Names, (*ast.Ident).IsExported) {
						complain(spec, decl.Tok.String(), spec.Names[0].Name, "on it or its group")
					}
				}
			}
		}
	}
	return complaints
}

// exportedFunc reports whether another package can call decl by name, other than
// as the method of an error: what those do is said by package errors.
func exportedFunc(decl *ast.FuncDecl) bool {
	name := decl.Name
	if !name.IsExported() || decl.Recv == nil {
		return name.IsExported()
	}
	if name.Name == "Error" || name.Name == "Unwrap" {
		return false
	}
	receiver := decl.Recv.List[0].Type
	for {
		switch expr := receiver.(type) {
		case *ast.StarExpr:
			receiver = expr.X
		case *ast.IndexExpr: // one type parameter
			receiver = expr.X
		case *ast.IndexListExpr:
			receiver = expr.X
		case *ast.Ident:
			return expr.IsExported()
		default:
			return true
		}
	}
}

// specDoc returns the comment of one spec of decl, which stands above decl
// where decl is not a group.
func specDoc(decl *ast.GenDecl, doc *ast.CommentGroup) string {
	if doc == nil && !decl.Lparen.IsValid() {
		doc = decl.Doc
	}
	return doc.Text()
}

// namesType reports whether text starts with name, after an article or not.
func namesType(text, name string) bool {
	for _, article := range []string{"", "A ", "An ", "The "} {
		if startsWithWord(text, article+name) {
			return true
		}
	}
	return false
}

// startsWithWord reports whether text starts with word and not with a longer
// one.
func startsWithWord(text, word string) bool {
	rest, found := strings.CutPrefix(text, word)
	next, _ := utf8.DecodeRuneInString(rest)
	return found && rest != "" && !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '_'
}

func TestUndocumented(t *testing.T) {
	const src = `package p

func Bare() {}

// Wrong says nothing of Name.
func Name() {}

// Good is documented.
func Good() {}

func private() {}

type Type struct{}

// A Fine type.
type Fine struct{}

func (*Fine) Method() {}

func (*Fine) Error() string { return "" }

type hidden struct{}

func (hidden) Method() {}

// Types are a group.
type (
	Grouped int
	// Own has its own.
	Own int
)

const Loose = 1

// The group.
const (
	One = iota
	Two
)

var (
	Alone int
	Told  int // told here
	quiet int
)

// Generic is documented.
type Generic[T any] struct{}

func (g *Generic[T]) Method() {}
`
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`p.go:3:1: func Bare: want a comment starting with its name`,
		`p.go:6:1: func Name: want a comment starting with its name`,
		`p.go:13:6: type Type: want a comment starting with its name`,
		`p.go:18:1: func Method: want a comment starting with its name`,
		`p.go:28:2: type Grouped: want a comment starting with its name`,
		`p.go:33:7: const Loose: want a comment on it or its group`,
		`p.go:42:2: var Alone: want a comment on it or its group`,
		`p.go:50:1: func Method: want a comment starting with its name`,
	}
	if got := undocumented(positions, file); !slices.Equal(got, want) {
		t.Errorf("undocumented() =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestDependencies holds the modules that bpcopy asks for, each with its
// reason. What they bring along is theirs to answer for.
func TestDependencies(t *testing.T) {
	reasons := map[string]string{
		cobraModule:                       "commands, flags and their help",
		pflagModule:                       "flags whose values parse and print themselves",
		progressbarModule:                 "draws the bar",
		unisegModule:                      "how many cells a name takes on the screen; progressbar needs it anyway",
		sysModule:                         "splice and what else package syscall lacks",
		termModule:                        "whether this is a terminal, and how wide",
		"github.com/rogpeppe/go-internal": "testscript, for tests only",
		"github.com/chromedp/chromedp":    "a browser, for tests of pages only",
		"github.com/chromedp/cdproto":     "what chromedp says to the browser, for tests of pages only",
	}
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatalf("go mod edit -json: %v", err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Replace []struct{}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatalf("go mod edit -json: %v", err)
	}
	for _, required := range mod.Require {
		if reasons[required.Path] == "" && !required.Indirect {
			t.Errorf("go.mod requires %s, for which no reason is given here", required.Path)
		}
	}
	if len(mod.Replace) > 0 {
		t.Error("go.mod replaces a module: go install would refuse it")
	}
}
