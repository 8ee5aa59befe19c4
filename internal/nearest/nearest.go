// Package nearest finds, for a word that nobody knows, the known one that was
// probably meant. It is for hints: nothing is ever done because of a guess.
//
// # Words
//
//   - typed: the word that the user has written.
//   - known: a word that would have been right there.
//   - distance: how many letters have to be added, removed, changed or swapped
//     with their neighbor to make one word of the other.
package nearest

import "strings"

// Hint returns the question whether the known word nearest to typed was meant,
// with sign before the word, as in "did you mean --rate?". It returns "" if no
// known word is near.
func Hint(typed, sign string, known []string) string {
	meant, ok := Word(typed, known)
	if !ok {
		return ""
	}
	return "did you mean " + sign + meant + "?"
}

// Word returns the known word that is nearest to typed, the first of several. A
// word is near if its distance is at most a quarter of the length of typed,
// rounded, but one letter may always be wrong. If none is near, it is the only word that
// begins with typed. Capitals do not count, nor whether words are joined by "-"
// or "_".
func Word(typed string, known []string) (meant string, ok bool) {
	letters := []rune(plain(typed))
	if len(letters) < shortest {
		return "", false
	}
	least := max(1, (len(letters)+2)/4) + 1
	var beginning []string
	for _, word := range known {
		if d := distance(letters, []rune(plain(word))); d < least {
			meant, least = word, d
		}
		if strings.HasPrefix(plain(word), plain(typed)) {
			beginning = append(beginning, word)
		}
	}
	if meant == "" && len(beginning) == 1 {
		meant = beginning[0]
	}
	return meant, meant != ""
}

// shortest is the length of the shortest word that says what was meant. With
// one letter wrong, a shorter one is near to too many.
const shortest = 3

// plain returns a word without the differences that do not count.
func plain(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", "-") }

// distance returns the distance of two words, by the usual table: the row for a
// beginning of a has the distances to all beginnings of b.
func distance(a, b []rune) int {
	var before []int // the row above above
	above, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			changed := above[j]
			if a[i] != b[j] {
				changed++
			}
			row[j+1] = min(changed, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, make([]int, len(b)+1)
	}
	return above[len(b)]
}
