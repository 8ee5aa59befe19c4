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

var (
	quoted = regexp.MustCompile("`([^`]+)`")
	member = regexp.MustCompile(`^[A-Za-z]+\.[A-Za-z]+$`)
)

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

// TestArchitectureNames looks up the members that the text of docs/ARCHITECTURE.md
// names: methods and fields as TYPE.NAME, and what packages declare as PACKAGE.NAME.
func TestArchitectureNames(t *testing.T) {
	text, err := os.ReadFile(path.Join(root, "docs/ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for _, files := range parseTree(t).packages {
		for _, file := range files {
			for _, name := range append(declarations(file), fields(file)...) {
				known[name], known[file.Name.Name+"."+name] = true, true
			}
		}
	}
	named := 0
	for _, name := range names(string(text)) {
		if !member.MatchString(name) || strings.HasSuffix(name, ".go") {
			continue
		}
		named++
		if !known[name] {
			t.Errorf("docs/ARCHITECTURE.md: there is no %s", name)
		}
	}
	if named < 40 {
		t.Errorf("docs/ARCHITECTURE.md: %d members; want 40 or more", named)
	}
}

// fields returns the fields and the methods of the structs and interfaces of a file,
// as TYPE.NAME.
func fields(file *ast.File) []string {
	var all []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.TypeSpec)
		if !ok {
			return true
		}
		var list *ast.FieldList
		switch typed := spec.Type.(type) {
		case *ast.StructType:
			list = typed.Fields
		case *ast.InterfaceType:
			list = typed.Methods
		default:
			return true
		}
		for _, field := range list.List {
			for _, name := range field.Names {
				all = append(all, spec.Name.Name+"."+name.Name)
			}
		}
		return true
	})
	return all
}

// names are what stands in code quotes in a text.
func names(text string) []string {
	var all []string
	for _, match := range quoted.FindAllStringSubmatch(text, -1) {
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

// declarations returns the functions, the methods as TYPE.METHOD, the types, and the
// variables and constants of a file.
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
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					all = append(all, spec.Name.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						all = append(all, name.Name)
					}
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
