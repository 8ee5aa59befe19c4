# median returns the median of numbers in a list with spaces between them.
function median(list, n,  i, j, t, a) {
	n = split(list, a, " ")
	for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j-1] + 0; j--) { t = a[j]; a[j] = a[j-1]; a[j-1] = t }
	return (a[int((n + 1) / 2)] + a[int(n / 2) + 1]) / 2
}
