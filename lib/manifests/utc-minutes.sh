# A number without the zeros before it, with which the shell would read it as octal.
number() {
  digits=$1
  while [ "${digits#0}" != "$digits" ] && [ "$digits" != 0 ]; do digits=${digits#0}; done
  printf '%s' "$digits"
}

# Minutes since 1970 of a moment in UTC; fails where it is none.
minutes() {
  case $1 in
    [12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z) ;;
    *) return 1 ;;
  esac
  moment=$1
  year=$(number "${moment%%-*}"); moment=${moment#*-}
  month=$(number "${moment%%-*}"); moment=${moment#*-}
  day=$(number "${moment%%T*}"); moment=${moment#*T}
  hour=$(number "${moment%%:*}"); moment=${moment#*:}
  minute=$(number "${moment%%:*}")
  if [ "$month" -lt 1 ] || [ "$month" -gt 12 ] || [ "$day" -lt 1 ] || [ "$day" -gt 31 ] || [ "$hour" -gt 23 ]; then return 1; fi
  # Days of the civil calendar, with years that start in March.
  if [ "$month" -le 2 ]; then year=$((year - 1)); fi
  era=$((year / 400))
  of_era=$((year - era * 400))
  of_year=$(((153 * ((month + 9) % 12) + 2) / 5 + day - 1))
  days=$((era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468))
  printf '%s' $((days * 1440 + hour * 60 + minute))
}
