package browser

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"
)

// pictureFile gets the picture of TestPicture: so docs/picture.svg is made.
var pictureFile = flag.String("picture", "", "write the picture of a copy to this file")

// The picture can be saved as a file of its own, which needs nothing from elsewhere.
func TestPicture(t *testing.T) {
	folder := t.TempDir()
	b := open(t, made(t, folder, "-q", "--report", "page.html", "-c", "16k", "-H", "64k", "--read-ahead", "64k",
		"--consumer", "512KiB/s for 600ms; stall for 500ms; 1MiB/s", file(t, folder, "disk.img", 1<<20), "copy.img"), 940)
	href := eval[string](b, `(() => { const a = document.getElementById("save"); a.addEventListener("click", e => e.preventDefault()); a.click(); return a.href; })()`)
	text, ok := strings.CutPrefix(href, "data:image/svg+xml;charset=utf-8,")
	text, err := url.PathUnescape(text)
	if err != nil || !ok {
		t.Fatalf("the picture is at %.60q: %v", href, err)
	}
	words := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := words.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "image" || e.Name.Local == "foreignObject") {
			t.Errorf("the picture has a %s", e.Name.Local)
		}
	}
	for _, want := range []string{"disk.img", "Who held the copy up", "held by: rate or script", "--destination:"} {
		if !strings.Contains(text, want) {
			t.Errorf("the picture has no %q", want)
		}
	}
	if *pictureFile != "" {
		if err := os.WriteFile(*pictureFile, []byte(text+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
