#!/bin/sh
# Areas and overlaps of the shipped layers by an independent engine: GDAL's TopoJSON driver reads the file, SpatiaLite
# measures it. Writes areas_spatialite.csv and overlaps_spatialite.csv beside this script; commit them with the layer.
#
# Areas are flat in EPSG:6933 (cylindrical equal-area) and EPSG:32648 (UTM 48N), and once more on the WGS 84 ellipsoid
# without any projection (RTTOPO, good to some parts in 100,000). Overlaps are flat in EPSG:6933. Both engines intersect
# by GEOS and project by PROJ, each with versions of its own.
#
# Needs ogr2ogr and ogrinfo with SpatiaLite (Debian: apt-get install gdal-bin).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
layer=$here/../../boundaries/data/hanoi.topojson
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
db=$work/layers.sqlite

for object in 2024.city 2024.district 2024.commune 2025-07.city 2025-07.commune; do
  mode=-update
  [ -e "$db" ] || mode="-dsco SPATIALITE=YES"
  # shellcheck disable=SC2086 # two words are meant
  ogr2ogr -q -f SQLite $mode "$db" "$layer" "$object" -nln "$(echo "$object" | tr '.-' '__')" \
    -nlt PROMOTE_TO_MULTI -a_srs EPSG:4326 -lco GEOMETRY_NAME=shape
done

table() { # SQL → CSV with where it comes from in its first lines
  versions=$(ogr2ogr -q -f CSV /vsistdout/ "$db" -dialect SQLite \
    -sql "SELECT 'SpatiaLite ' || spatialite_version() || ', GEOS ' || geos_version() || ', PROJ ' || proj_version()" |
    tail -n 1 | tr -d '"')
  echo "# engine: $(ogr2ogr --version | cut -d, -f1), $versions"
  echo "# command: tests/golden/make_areas.sh"
  echo "# date: $(date -u +%F)"
  echo "# layer: boundaries/data/hanoi.topojson"
  echo "# sha256: $(sha256sum "$layer" | cut -d' ' -f1)"
  ogr2ogr -q -f CSV /vsistdout/ "$db" -dialect SQLite -sql "$1"
}

measures="round(ST_Area(ST_Transform(shape, 6933)), 3) AS equal_area_m2,
  round(ST_Area(ST_Transform(shape, 32648)), 3) AS utm_m2,
  round(ST_Area(shape, 1), 3) AS ellipsoid_m2"
table "SELECT '2024' AS edition, 'city' AS level, id AS code, $measures FROM \"2024_city\"
  UNION ALL SELECT '2024', 'district', id, $measures FROM \"2024_district\"
  UNION ALL SELECT '2024', 'commune', id, $measures FROM \"2024_commune\"
  UNION ALL SELECT '2025-07', 'city', id, $measures FROM \"2025_07_city\"
  UNION ALL SELECT '2025-07', 'commune', id, $measures FROM \"2025_07_commune\"
  ORDER BY 1, 2, 3" > "$here/areas_spatialite.csv"

# Neighbours share an edge without area; half a square metre tells them from a true overlap, the least of which is 534.
table "SELECT from_code, to_code, round(flat, 3) AS equal_area_m2, round(flat / whole, 9) AS share
  FROM (SELECT old.id AS from_code, new.id AS to_code, ST_Area(ST_Transform(old.shape, 6933)) AS whole,
      ST_Area(ST_Intersection(ST_Transform(old.shape, 6933), ST_Transform(new.shape, 6933))) AS flat
    FROM \"2024_commune\" old JOIN \"2025_07_commune\" new ON ST_Intersects(old.shape, new.shape))
  WHERE flat > 0.5 ORDER BY 1, 2" > "$here/overlaps_spatialite.csv"
