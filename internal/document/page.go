package document

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
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
	Bad    []bool // for each run, whether it failed
	State  State
	Tables []Table
	Policy string
	Style  template.CSS
	Script template.JS
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
	for i, name := range names(runs) {
		if i > 0 && !runs[i].Part {
			p.Title += ", "
		}
		if !runs[i].Part {
			p.Title += name
		}
		result := runs[i].Summary.Result
		p.Bad = append(p.Bad, result != "ok" && result != "")
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
