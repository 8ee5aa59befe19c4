package document

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
)

// The page, its style and its script. They need nothing from anywhere else.
//
//go:embed web/page.html web/page.css web/page.js
var web embed.FS

// asset returns a file of the page.
func asset(name string) string {
	content, err := web.ReadFile("web/" + name)
	if err != nil {
		panic("document: internal error: " + err.Error()) // it is part of the program
	}
	return string(content)
}

// page is what the template of the page fills in.
type page struct {
	Title  string // names what is no part of another run
	Live   bool
	Told   []told
	State  State
	Tables []Table
	Policy string
	Style  template.CSS
	Script template.JS
}

// told is a run in words.
type told struct {
	Name    string // "" if there is only one
	Bad     bool   // it failed
	Verdict string
}

// writePage writes the page of runs that are over.
func writePage(w io.Writer, runs []Run) error {
	return newPage(runs, false).write(w)
}

// WriteLivePage writes the page of runs that go on. It asks for the events of the
// address "events" beside its own.
func WriteLivePage(w io.Writer, runs []Run) error { return newPage(runs, true).write(w) }

func newPage(runs []Run, live bool) page {
	p := page{
		Live:   live,
		State:  NewState(runs, live),
		Tables: tables(runs),
		Policy: Policy(live),
		Style:  template.CSS(asset("page.css")),
		Script: template.JS(asset("page.js")),
	}
	whole, _ := apart(runs)
	for i, name := range names(whole) {
		if i > 0 && !whole[i].Part {
			p.Title += ", "
		}
		if !whole[i].Part {
			p.Title += name
		}
		if len(whole) == 1 {
			name = ""
		}
		p.Told = append(p.Told, told{name, whole[i].failed(), strings.Join(whole[i].verdict(), " ")})
	}
	p.Title = short(p.Title)
	return p
}

func (p page) write(w io.Writer) error {
	t, err := template.New("page").Parse(asset("page.html"))
	if err != nil {
		panic("document: internal error: " + err.Error()) // it is part of the program
	}
	return t.Execute(w, p)
}

// Policy returns the content security policy of the page: it may run its own script,
// have its own style, and get nothing from anywhere; a live one gets its events.
func Policy(live bool) string {
	policy := "default-src 'none'; script-src " + hash(asset("page.js")) + "; style-src " + hash(asset("page.css")) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
	if live {
		policy += "; connect-src 'self'"
	}
	return policy
}

// hash returns the source expression of an inline script or style.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
