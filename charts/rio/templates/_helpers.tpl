{{- /* The labels of every object; the argument is (list . COMPONENT). */ -}}
{{- define "rio.labels" -}}
{{- $ := index . 0 -}}
app.kubernetes.io/name: rio
app.kubernetes.io/instance: {{ $.Release.Name }}
app.kubernetes.io/version: {{ $.Chart.AppVersion | quote }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: rio
app.kubernetes.io/managed-by: {{ $.Release.Service }}
helm.sh/chart: {{ $.Chart.Name }}-{{ $.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- /* The name of a gateway port: http for 80, http-8080 for another one. */ -}}
{{- define "rio.portName" -}}
{{ lower .protocol }}{{ if ne (int .port) 80 }}-{{ .port }}{{ end }}
{{- end -}}

{{- define "rio.webhookImage" -}}
{{ .Values.webhook.image | default (printf "kubectl-rio/rio-webhook:%s" .Chart.AppVersion) }}
{{- end -}}

{{- /* Pod Security "restricted", https://kubernetes.io/docs/concepts/security/pod-security-standards/ */ -}}
{{- define "rio.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- end -}}
