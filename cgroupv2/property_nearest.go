package cgroupv2

import "strings"

// nearestProperty is the property that was probably meant, "" if none is near. Case
// counts for nothing: memorymax is MemoryMax.
func nearestProperty(name string) string {
	best, fewest := "", 1+len(name)/3
	for _, k := range kinds {
		if n := changes(strings.ToLower(name), strings.ToLower(k.name)); n < fewest {
			best, fewest = k.name, n
		}
	}
	return best
}

// changes counts the letters to insert, delete or replace (Levenshtein).
func changes(a, b string) int {
	const longest = 64
	if len(a) > longest {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j]+1, row[j+1]+1, replace)
		}
	}
	return row[len(b)]
}
