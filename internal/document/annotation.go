package document

import "strings"

// Annotation returns the workflow command of GitHub Actions that shows an error with
// its title. Neither can begin another command or property.
func Annotation(title, text string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return "::error title=" + property.Replace(title) + "::" + data.Replace(text)
}
