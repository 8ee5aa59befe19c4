package house_test

import (
	"go/ast"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var quoted = regexp.MustCompile("`([^`]+)`")

// TestArchitectureIsTrue looks up every place that the table of
// docs/ARCHITECTURE.md names: a question, a file or folder, and what is declared
// there.
func TestArchitectureIsTrue(t *testing.T) {
	text, err := os.ReadFile(path.Join(root, "docs/ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| Question | File | Start at |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	tree := parseTree(t)
	rows := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !strings.Contains(cells[1], "`") {
			continue
		}
		rows++
		declared := declaredAt(t, tree, cells[1])
		for _, name := range names(cells[2]) {
			if !slices.Contains(declared, name) {
				t.Errorf("docs/ARCHITECTURE.md, %q: there is no %s", strings.Trim(cells[0], " *"), name)
			}
		}
	}
	if rows < 10 {
		t.Errorf("docs/ARCHITECTURE.md: %d places in its table; want them all", rows)
	}
}

// names are what stands in code quotes in a cell.
func names(cell string) []string {
	var all []string
	for _, match := range quoted.FindAllStringSubmatch(cell, -1) {
		all = append(all, match[1])
	}
	return all
}

// declaredAt returns what the files of a cell declare, with the name of its
// package where the cell names a folder. A file without a folder is beside the
// one before.
func declaredAt(t *testing.T, tree sourceTree, cell string) []string {
	var all []string
	folder := "."
	for _, name := range names(cell) {
		if files, ok := tree.packages[name]; ok {
			for _, file := range files {
				for _, declared := range declarations(file) {
					all = append(all, path.Base(name)+"."+declared)
				}
			}
			continue
		}
		if strings.Contains(name, "/") {
			folder = path.Dir(name)
			name = path.Base(name)
		}
		at := slices.IndexFunc(tree.packages[folder], func(file *ast.File) bool {
			return tree.position(file).Filename == path.Join(root, folder, name)
		})
		if at >= 0 {
			all = append(all, declarations(tree.packages[folder][at])...)
		} else if _, err := os.Stat(path.Join(root, folder, name)); err != nil {
			t.Errorf("docs/ARCHITECTURE.md: there is no file %s", path.Join(folder, name))
		}
	}
	return all
}

// declarations returns the functions, the methods as TYPE.METHOD, and the types
// of a file.
func declarations(file *ast.File) []string {
	var all []string
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = receiver(d.Recv.List[0].Type) + "." + name
			}
			all = append(all, name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					all = append(all, spec.Name.Name)
				}
			}
		}
	}
	return all
}

// receiver is the name of a receiver's type.
func receiver(expression ast.Expr) string {
	if pointer, ok := expression.(*ast.StarExpr); ok {
		expression = pointer.X
	}
	if name, ok := expression.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
