// Package house tests the source itself: who imports whom, and what is documented.
package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A room is one package's place in the house. To let a package import another one,
// or to add one, change its room here, and say why in the commit.
type room struct {
	imports []string // packages of ours, without "internal/"; each must be used
	pure    bool     // of the standard library, imports only purePackages
	times   bool     // and package time, for the values alone that pureTimes lists
	modules []string // what else it may import
}

const (
	cobraModule       = "github.com/spf13/cobra"
	pflagModule       = "github.com/spf13/pflag"
	progressbarModule = "github.com/schollz/progressbar/v3"
	sysModule         = "golang.org/x/sys"
	termModule        = "golang.org/x/term"
	unisegModule      = "github.com/rivo/uniseg"
)

// house has one room for each folder that holds a package, from the top floor down.
func house() map[string]room {
	return map[string]room{
		".": {imports: []string{"cmd"}},

		"cmd": {
			imports: []string{"clock", "conduit", "demo", "document", "endpoint", "expect", "fold", "help", "inert", "interrupt", "job",
				"lesson", "live", "local", "nearest", "outlet", "progress", "proxy", "recording", "report", "rows", "scenario",
				"side", "stage", "stream", "throttle", "trace", "transfer", "units"},
			modules: []string{cobraModule, pflagModule, termModule, sysModule},
		},

		// What is told of commands is what they declare, whichever they are.
		"internal/help": {imports: []string{"fold"}, modules: []string{cobraModule, pflagModule}},
		"internal/fold": {pure: true},

		// What makes a copy, or shows a run, puts together who drives it, who watches it
		// and who judges it.
		"internal/job": {
			imports: []string{"clock", "document", "endpoint", "evidence", "expect", "ledger", "progress", "report", "side", "stage",
				"stream", "throttle", "trace", "transfer"},
		},
		// A command between two copies, which knows neither.
		"internal/stage": {modules: []string{sysModule}},
		// A proxy makes two copies of each connection, and lets them share goroutines.
		"internal/proxy": {
			imports: []string{"clock", "conduit", "document", "endpoint", "expect", "inert", "ledger", "loop", "report", "stream", "throttle",
				"trace", "transfer", "units"},
			modules: []string{sysModule},
		},
		"internal/demo": {imports: []string{"clock", "document", "expect", "ledger", "progress", "report", "scenario", "stream", "units"}},

		// A page that runs scenarios when the browser asks. It neither listens nor
		// guards; local does, for every page, and knows none.
		"internal/lesson": {imports: []string{"scenario", "stream", "trace", "units"}},
		"internal/local":  {},
		// What came of runs is written alike, whether they have just ended, go on, or were
		// recorded long ago.
		"internal/document":  {imports: []string{"inert", "ledger", "report", "units"}},
		"internal/live":      {imports: []string{"document", "local"}},
		"internal/recording": {imports: []string{"document", "ledger", "report", "side", "stream"}},

		// How the process ends, and what it may still print then, is the command line's
		// business alone.
		"internal/outlet":    {imports: []string{"endpoint", "inert", "interrupt"}},
		"internal/interrupt": {imports: []string{"clock", "report"}, modules: []string{sysModule}},

		// What a copy has come to is told alike by whoever has made one.
		"internal/report": {imports: []string{"endpoint", "expect", "inert", "ledger", "units"}},
		"internal/progress": {
			imports: []string{"inert", "ledger", "picture", "rows", "side", "units"},
			modules: []string{progressbarModule, unisegModule},
		},

		// Others on the terminal, and what the system has for processes to meet.
		"internal/rows": {imports: []string{"inert"}, modules: []string{unisegModule, sysModule}},

		// Why a copy waits is asked of the kernel, beside the copy.
		"internal/evidence": {imports: []string{"ledger", "side", "stream"}, modules: []string{sysModule}},

		// A picture is drawn from the counts alone, by whoever has the terminal.
		"internal/picture": {imports: []string{"ledger", "units"}},

		// The drivers are watched by whoever asks to; they do not know by whom.
		"internal/transfer": {
			imports: []string{"clock", "conduit", "errno", "ledger", "side", "stream", "throttle", "units"},
			modules: []string{sysModule},
		},
		"internal/scenario": {imports: []string{"ledger", "side", "stream"}},

		// What happened is known to whoever was told, without a clock of his own.
		"internal/ledger":  {imports: []string{"side", "stream"}, pure: true, times: true},
		"internal/trace":   {imports: []string{"stream"}},
		"internal/conduit": {imports: []string{"pipes"}, modules: []string{sysModule}},
		"internal/expect":  {imports: []string{"nearest", "units"}},

		// The machine must be able to run in virtual time, so it can reach nothing
		// that does I/O, waits or tells the time.
		"internal/stream":   {pure: true},
		"internal/throttle": {imports: []string{"errno", "nearest"}},
		"internal/endpoint": {imports: []string{"pipes", "side", "units"}, modules: []string{sysModule, termModule}},
		"internal/clock":    {modules: []string{sysModule}},
		"internal/units":    {},
		"internal/pipes":    {modules: []string{sysModule}},
		"internal/side":     {pure: true},
		"internal/inert":    {pure: true},

		// Thousands of descriptors and times are waited for at once.
		"internal/loop": {modules: []string{sysModule}},

		// Whoever is told a word that he does not know asks which one was meant.
		"internal/nearest": {pure: true},

		// Scripts name errors by it, and events tell their names.
		"internal/errno": {modules: []string{sysModule}},

		// The tests that make system calls fail run bpcopy from outside. Tracing
		// another program is not in package syscall.
		"internal/faults": {modules: []string{sysModule}},

		// The benchmark runs bpcopy as anybody does, from outside. The system's own
		// figures of what that took are not in package syscall.
		"scripts/benchmark": {modules: []string{sysModule}},
		"scripts/typecheck": {},
		// The manual is made from what the commands declare.
		"scripts/manual": {imports: []string{"cmd", "fold", "help"}, modules: []string{cobraModule}},
	}
}

// purePackages are the parts of the standard library whose functions depend on
// their arguments alone. (fmt is here for its Sprint and Error half.)
func purePackages() []string {
	return []string{
		"bytes", "cmp", "container/heap", "container/list", "container/ring", "errors", "fmt", "iter", "maps",
		"math", "math/bits", "slices", "sort", "strconv", "strings", "unicode", "unicode/utf8",
	}
}

// pureTimes are the names of package time that depend on nothing: no clock, no
// timer, no zone of this machine.
func pureTimes() []string {
	return []string{"Duration", "Time", "Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour"}
}

// breach says which rule is broken where the package in folder from imports
// imported, or "".
func breach(from, imported string) string {
	rooms := house()
	here, known := rooms[from]
	if !known {
		return "it has no room in layers_test.go"
	}
	if folder, ours := moduleFolder(imported); ours {
		switch _, known := rooms[folder]; {
		case !known:
			return "that has no room in layers_test.go"
		case !slices.Contains(here.imports, strings.TrimPrefix(folder, "internal/")):
			return "that package is not listed for it"
		}
		return ""
	}
	first, _, _ := strings.Cut(imported, "/")
	within := func(module string) bool { return imported == module || strings.HasPrefix(imported, module+"/") }
	switch {
	case imported == "C":
		return "releases are built without cgo"
	case strings.Contains(first, "."): // not of the standard library
		if !slices.ContainsFunc(here.modules, within) {
			return "that module is not listed for it"
		}
	case here.times && imported == "time": // see TestPureRoomsTellNoTime
	case here.pure && !slices.Contains(purePackages(), imported):
		return "it imports only pure packages"
	}
	return ""
}

// moduleFolder returns the folder of an import path of this module.
func moduleFolder(imported string) (folder string, ours bool) {
	if imported == "bpcopy" {
		return ".", true
	}
	return strings.CutPrefix(imported, "bpcopy/")
}

func TestLayers(t *testing.T) {
	tree := parseTree(t)
	for _, folder := range slices.Sorted(maps.Keys(tree.packages)) {
		if _, known := house()[folder]; !known {
			t.Errorf("package in %s has no room in layers_test.go", folder)
			continue
		}
		for _, file := range tree.packages[folder] {
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatalf("%s: %v", tree.position(spec), err)
				}
				if broken := breach(folder, imported); broken != "" {
					t.Errorf("%s: %s imports %q: %s", tree.position(spec), folder, imported, broken)
				}
			}
		}
	}
}

// TestEdgesAreUsed: the house has no doors that nobody goes through.
func TestEdgesAreUsed(t *testing.T) {
	tree := parseTree(t)
	for folder, room := range house() {
		used := make(map[string]bool)
		for _, file := range tree.packages[folder] {
			for _, spec := range file.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value) // the parser has read it
				if of, ours := moduleFolder(imported); ours {
					used[strings.TrimPrefix(of, "internal/")] = true
				}
			}
		}
		for _, listed := range room.imports {
			if !used[listed] {
				t.Errorf("%s does not import %s: take that out of its room", folder, listed)
			}
		}
	}
}

// TestPureRoomsTellNoTime is for the rooms that may hold times, not tell them.
func TestPureRoomsTellNoTime(t *testing.T) {
	tree := parseTree(t)
	for folder, here := range house() {
		if !here.times {
			continue
		}
		for _, file := range tree.packages[folder] {
			for _, selector := range impureTimes(file) {
				t.Errorf("%s: %s asks for the time: want only time.%s", tree.position(selector), folder, strings.Join(pureTimes(), ", time."))
			}
		}
	}
}

// impureTimes are the uses of package time in file that pureTimes does not list.
// An import under another name, of which a selector says nothing, is one as well.
func impureTimes(file *ast.File) []ast.Node {
	var found []ast.Node
	for _, spec := range file.Imports {
		if spec.Path.Value == `"time"` && spec.Name != nil {
			found = append(found, spec)
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if of, ok := selector.X.(*ast.Ident); ok && of.Name == "time" && !slices.Contains(pureTimes(), selector.Sel.Name) {
				found = append(found, selector)
			}
		}
		return true
	})
	return found
}

func TestImpureTimes(t *testing.T) {
	const head = "package p; import \"time\"; "
	tests := map[string]int{
		head + "var d time.Duration = 3 * time.Second; func f(t time.Time) bool { return t.IsZero() }": 0,
		head + "var now = time.Now()": 1,
		head + "var now = time.Now; func f() { time.Sleep(1); <-time.After(1); _ = time.Since(now()) }": 4,
		head + "var here = time.Local":                            1,
		"package p; import clock \"time\"; var now = clock.Now()": 1,
		"package p; import . \"time\"; var now = Now()":           1,
	}
	for source, want := range tests {
		file, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(impureTimes(file)); got != want {
			t.Errorf("%s: %d uses of the time; want %d", source, got, want)
		}
	}
}

func TestBreach(t *testing.T) {
	tests := []struct {
		from, imported string
		want           string
	}{
		{".", "bpcopy/cmd", ""},
		{"cmd", "bpcopy/internal/transfer", ""},
		{"cmd", "bpcopy/internal/units", ""},
		{"cmd", "github.com/spf13/cobra", ""},
		{"cmd", "os", ""},
		{"internal/transfer", "bpcopy/internal/conduit", ""},
		{"internal/transfer", "bpcopy/internal/stream", ""},
		{"internal/progress", "github.com/schollz/progressbar/v3", ""},
		{"internal/endpoint", "golang.org/x/sys/unix", ""},
		{"internal/stream", "slices", ""},
		{"internal/ledger", "time", ""},
		{"internal/ledger", "bpcopy/internal/stream", ""},
		{"internal/progress", "bpcopy/internal/ledger", ""},

		{"cmd", "bpcopy", "that package is not listed for it"},
		{"internal/transfer", "bpcopy/cmd", "that package is not listed for it"},
		{"internal/transfer", "bpcopy/internal/scenario", "that package is not listed for it"},
		{"internal/stream", "bpcopy/internal/units", "that package is not listed for it"},
		{"internal/transfer", "bpcopy/internal/progress", "that package is not listed for it"},
		{"internal/transfer", "github.com/spf13/cobra", "that module is not listed for it"},
		{"internal/endpoint", "golang.org/x/system", "that module is not listed for it"},
		{".", "github.com/rogpeppe/go-internal/testscript", "that module is not listed for it"},
		{"internal/stream", "time", "it imports only pure packages"},
		{"internal/stream", "math/rand", "it imports only pure packages"},
		{"internal/ledger", "sync", "it imports only pure packages"},
		{"internal/conduit", "C", "releases are built without cgo"},
		{"internal/util", "os", "it has no room in layers_test.go"},
		{"cmd", "bpcopy/internal/util", "that has no room in layers_test.go"},
	}
	for _, tt := range tests {
		if got := breach(tt.from, tt.imported); got != tt.want {
			t.Errorf("breach(%q, %q) = %q; want %q", tt.from, tt.imported, got, tt.want)
		}
	}
}

// root is where the module begins, from the folder that tests run in.
const root = "../.."

// A sourceTree is every package of this module as written: test files apart,
// and with the files of all platforms.
type sourceTree struct {
	positions *token.FileSet
	packages  map[string][]*ast.File // by folder, "." for the root
}

func (tree sourceTree) position(node ast.Node) token.Position {
	return tree.positions.Position(node.Pos())
}

// parseTree parses the module.
func parseTree(t *testing.T) sourceTree {
	t.Helper()
	tree := sourceTree{token.NewFileSet(), make(map[string][]*ast.File)}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && ignoredFolder(name) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(tree.positions, path.Join(root, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder := path.Dir(name)
		tree.packages[folder] = append(tree.packages[folder], file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// ignoredFolder reports whether the go command, too, finds no package of this
// module in the folder.
func ignoredFolder(name string) bool {
	base := path.Base(name)
	if base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return true
	}
	_, err := os.Stat(path.Join(root, name, "go.mod")) // another module
	return err == nil
}
