// Command typecheck checks that the packages of this module and their tests
// compile for other platforms, without compiling them: a build would have to
// compile the standard library for each platform first, which takes longer than
// everything else together.
//
//	go run ./scripts/typecheck GOOS/GOARCH...
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

func main() {
	failed := false
	for _, platform := range os.Args[1:] {
		goos, goarch, ok := strings.Cut(platform, "/")
		if !ok {
			fmt.Fprintf(os.Stderr, "typecheck: %q: want GOOS/GOARCH\n", platform)
			os.Exit(2)
		}
		if err := check(goos, goarch); err != nil {
			fmt.Printf("%s:\n%v\n", platform, err)
			failed = true
			continue
		}
		fmt.Println(platform, "ok")
	}
	if failed {
		os.Exit(1)
	}
}

// A listing is what the go command tells of a package.
type listing struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	ImportMap  map[string]string // of the paths that mean another package
	DepOnly    bool              // it is no package of this module
	Module     *struct{ GoVersion string }
	Error      *struct{ Err string }
}

// check returns every error in the packages for one platform.
func check(goos, goarch string) error {
	packages, err := list(goos, goarch)
	if err != nil {
		return err
	}
	c := checker{
		files: token.NewFileSet(),
		sizes: types.SizesFor("gc", goarch),
		known: map[string]*types.Package{"unsafe": types.Unsafe},
	}
	for _, p := range packages { // each after those that it imports
		if isGenerated := strings.HasSuffix(p.ImportPath, ".test"); !isGenerated && p.ImportPath != "unsafe" {
			c.check(p)
		}
	}
	return errors.Join(c.errs...)
}

// list lists the module's packages, their tests, and all that they import.
func list(goos, goarch string) ([]*listing, error) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-test",
		"-json=ImportPath,Dir,GoFiles,ImportMap,DepOnly,Module,Error", "./...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []*listing
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := new(listing)
		if err := decoder.Decode(p); err == io.EOF {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Error != nil && !p.DepOnly {
			return nil, errors.New(p.Error.Err)
		}
		packages = append(packages, p)
	}
}

// A checker checks the packages of one platform.
type checker struct {
	files *token.FileSet
	sizes types.Sizes
	known map[string]*types.Package
	errs  []error // each once, though most packages are checked with their tests, too
}

// report notes an error.
func (c *checker) report(err error) {
	isSame := func(known error) bool { return known.Error() == err.Error() }
	if !slices.ContainsFunc(c.errs, isSame) {
		c.errs = append(c.errs, err)
	}
}

// check checks one package. Of those that are not this module's it looks only at
// what others can see of them.
func (c *checker) check(p *listing) {
	config := types.Config{
		IgnoreFuncBodies: p.DepOnly,
		FakeImportC:      true,
		Sizes:            c.sizes,
		Importer:         importer{c.known, p.ImportMap},
		Error: func(err error) {
			if !p.DepOnly {
				c.report(err)
			}
		},
	}
	if p.Module != nil {
		config.GoVersion = "go" + cmp.Or(p.Module.GoVersion, "1.16") // what the go command takes for none
	}
	path, _, _ := strings.Cut(p.ImportPath, " ") // without the name of its test
	// Its errors have been reported, one by one.
	c.known[p.ImportPath], _ = config.Check(path, c.files, c.parse(p), nil)
}

func (c *checker) parse(p *listing) []*ast.File {
	parsed := make([]*ast.File, len(p.GoFiles))
	errs := make([]error, len(p.GoFiles))
	var parsing sync.WaitGroup
	for i, name := range p.GoFiles {
		parsing.Go(func() {
			parsed[i], errs[i] = parser.ParseFile(c.files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		})
	}
	parsing.Wait()
	if err := errors.Join(errs...); err != nil && !p.DepOnly {
		c.report(err)
	}
	return parsed
}

// An importer finds packages that have been checked.
type importer struct {
	known  map[string]*types.Package
	mapped map[string]string
}

func (i importer) Import(path string) (*types.Package, error) {
	if p := i.known[cmp.Or(i.mapped[path], path)]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %q", path)
}
