package lesson

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
)

//go:embed page
var files embed.FS

// Handler returns what the lesson serves: its page at /, and at /run the run
// that the query asks for, as JSON. A query that it does not understand gets
// 400 and a line that says what was expected.
func Handler() http.Handler {
	page, err := fs.Sub(files, "page")
	if err != nil {
		panic("lesson: internal error: " + err.Error())
	}
	mux := http.NewServeMux()
	mux.Handle("/", typed(http.FileServerFS(page)))
	mux.HandleFunc("/run", serveRun)
	return mux
}

// typed sets the content types of the files. The system's table of types, which
// Go asks otherwise, may say that JavaScript is plain text; then no browser runs
// it.
func typed(files http.Handler) http.Handler {
	types := map[string]string{
		"":     "text/html; charset=utf-8", // the folder
		".css": "text/css; charset=utf-8",
		".js":  "text/javascript; charset=utf-8",
		".svg": "image/svg+xml",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if kind, ok := types[path.Ext(r.URL.Path)]; ok {
			w.Header().Set("Content-Type", kind)
		}
		files.ServeHTTP(w, r)
	})
}

// serveRun answers with the run of the settings in the query.
func serveRun(w http.ResponseWriter, r *http.Request) {
	s, err := parseSettings(r.URL.RawQuery)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a, err := answerTo(r.Context(), s)
	if err != nil { // the browser has gone, or the program ends
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	doc, err := json.Marshal(a)
	if err != nil {
		panic("lesson: internal error: an answer that is no JSON: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(doc) // the browser may have gone
}
