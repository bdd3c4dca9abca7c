package seccomp

import "iter"

// nearest finds the word that takes the fewest changes to become another, "" if even that
// takes so many that it is no likely misspelling.
func nearest(word string, list iter.Seq[string]) string {
	best, fewest := "", 1+len(word)/3
	for w := range list {
		if d := distance(word, w); d <= fewest && (d < fewest || best == "") {
			best, fewest = w, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their neighbour
// (Damerau and Levenshtein's, restricted). Swaps count once: they are what fingers do.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b))
	}
	var older, old, row [65]int
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		older, old = old, row
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := old[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(old[j]+1, row[j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
