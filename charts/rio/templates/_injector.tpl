{{- /* Whether a label selector takes labels: "true", or empty. The argument is (list SELECTOR LABELS). */ -}}
{{- define "rio.selects" -}}
{{- $labels := index . 1 -}}
{{- $all := true -}}
{{- $selector := index . 0 | default dict -}}
{{- range $key, $value := get $selector "matchLabels" | default dict -}}
{{- if or (not (hasKey $labels $key)) (ne (get $labels $key) $value) }}{{ $all = false }}{{ end -}}
{{- end -}}
{{- range get $selector "matchExpressions" | default list -}}
{{- $there := hasKey $labels .key -}}
{{- $in := and $there (has (get $labels .key) (.values | default list)) -}}
{{- $fits := dict "In" $in "NotIn" (not $in) "Exists" $there "DoesNotExist" (not $there) -}}
{{- if not (get $fits .operator) }}{{ $all = false }}{{ end -}}
{{- end -}}
{{- if $all }}true{{ end -}}
{{- end -}}

{{- /* Whether one of Istio's injectors takes a pod: "true", or empty. The argument is
       (list CONFIGURATIONS NAMESPACE-LABELS POD-LABELS). */ -}}
{{- define "rio.injects" -}}
{{- $namespace := index . 1 -}}
{{- $pod := index . 2 -}}
{{- $one := false -}}
{{- range index . 0 -}}
{{- range .webhooks -}}
{{- if and (include "rio.selects" (list .namespaceSelector $namespace)) (include "rio.selects" (list .objectSelector $pod)) }}{{ $one = true }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if $one }}true{{ end -}}
{{- end -}}

{{- /* The revisions of which the gateway's pods have to name one, as JSON: none where they need not.
       The argument is (list CONFIGURATIONS NAMESPACE-LABELS). */ -}}
{{- define "rio.revisions" -}}
{{- $ := . -}}
{{- $pod := dict "app" "rio-lb" "gateway" "external" "istio.io/dataplane-mode" "none" "sidecar.istio.io/inject" "true" -}}
{{- $revisions := list -}}
{{- if not (include "rio.injects" (append $ $pod)) -}}
{{- range index $ 0 -}}
{{- range .webhooks -}}
{{- range get (.objectSelector | default dict) "matchExpressions" | default list -}}
{{- if and (eq .key "istio.io/rev") (eq .operator "In") -}}
{{- range .values -}}
{{- if include "rio.injects" (append $ (merge (dict "istio.io/rev" .) $pod)) }}{{ $revisions = append $revisions . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{ toJson ($revisions | uniq | sortAlpha) }}
{{- end -}}
